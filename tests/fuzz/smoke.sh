#!/bin/bash
# Every fuzz target on its seeds, the models and a few thousand changes of them, the same each time. `make fuzz` searches for longer.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
runs=${SMOKE_RUNS:-4000}
seconds=${SMOKE_SECONDS:-15}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work HOME=$work
count=0
bad=0
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    count=$((count + 1))
    if timeout 300 "$BUILD/${source%.c}" "$runs" "$seconds" "$work/last" tests/fuzz/"$name"-seeds/* models/*.model \
        >"$work/out" 2>&1 </dev/null; then
        echo "ok $count - $name: $(tail -1 "$work/out")"
    else
        code=$?
        bad=$((bad + 1))
        echo "not ok $count - $name ends with $code"
        tail -40 "$work/out" | sed 's/^/# /'
        echo "# the input, after eight bytes of its length:"
        head -c 520 "$work/last" | od -A d -c | sed 's/^/# /'
    fi
done
echo "1..$count"
[ "$bad" -eq 0 ]
