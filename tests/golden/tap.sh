# What the golden tests share: TAP lines, and checks of what a command says and how it ends. Sourced.
BUILD=${BUILD:-build}
cusp=$BUILD/cusp
cd "$(dirname "$0")/../.." || exit 1
export CUSP_MODELS=models
LSAN_OPTIONS=suppressions=$PWD/tests/golden/lsan.supp:print_suppressions=0
export LSAN_OPTIONS
unset CDPATH NO_COLOR
count=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# result CODE NAME: one test, good if CODE is 0.
result()
{
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failed=1
        sed 's/^/# out: /' "$scratch/out" | head -20
        sed 's/^/# err: /' "$scratch/err" | head -20
    fi
}

# run WORD…: runs cusp, keeps what it writes and its code.
run()
{
    timeout 300 "$cusp" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    code=$?
}

# expect CODE out|err PATTERN WORD…: ends with CODE, and writes a line that matches.
expect()
{
    want=$1 stream=$2 pattern=$3
    shift 3
    run "$@"
    [ "$code" -eq "$want" ] && grep -q -e "$pattern" "$scratch/$stream"
    result $? "$(echo "cusp $*" | tr '\n' ' ' | cut -c1-100)"
}

# near VALUE WANTED TOLERANCE NAME
near()
{
    awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; exit !(a != "" && d <= t && -d <= t) }'
    result $? "$4"
}

finish()
{
    echo "1..$count"
    exit $failed
}
