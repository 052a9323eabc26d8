#!/bin/bash
# Runs every test, JOBS at a time, and ends with "N passed, N failed". Each writes TAP: "ok …" and "not ok …" lines.
BUILD=${BUILD:-build}
JOBS=${JOBS:-$(nproc)}
export BUILD
cd "$(dirname "$0")/.." || exit 1
export CMOCKA_MESSAGE_OUTPUT=TAP CUSP_MODELS=$PWD/models LC_ALL=C.UTF-8
unset NO_COLOR
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# run WORD…: one test; its output, and "passed failed seconds" in a file beside it.
run()
{
    local log=$logs/${1//\//_} begun=$EPOCHREALTIME code good bad seconds
    timeout "${TEST_TIMEOUT:-600}" "$@" >"$log" 2>&1 </dev/null
    code=$?
    seconds=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
    good=$(grep -c '^ok ' "$log")
    bad=$(grep -c '^not ok ' "$log")
    if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then
        bad=1
        echo "$* ended with $code after $good tests" >>"$log"
    fi
    echo "$good $bad $seconds $1" >"$log.sum"
    if [ "$bad" -eq 0 ]; then
        printf '%4d ok  %6s s  %s\n' "$good" "$seconds" "$1"
    else
        # one write, so that two tests do not mix
        printf '%s\n' "--- $1: $bad failed, $good ok, $seconds s" "$(grep -v '^ok ' "$log" | tail -200)"
    fi
}

# The long ones first, so that none is left alone at the end.
for test in tests/tmux/*.sh tests/golden/*.sh tests/fuzz/smoke.sh tests/screen/screen_*.c tests/law/law_*.c \
    tests/docs/*.sh tests/lint/*.sh tests/unit/test_*.c; do
    case $test in
    *.c) test=$BUILD/${test%.c} ;;
    *) [ -x "$test" ] || continue ;;
    esac
    while [ "$(jobs -rp | wc -l)" -ge "$JOBS" ]; do
        wait -n
    done
    run "$test" &
done
wait
echo "the slowest:"
cat "$logs"/*.sum | sort -k3,3nr | head -10 | awk '{ printf "%8.1f s  %s\n", $3, $4 }'
cat "$logs"/*.sum | awk '{ good += $1; bad += $2 } END { printf "%d passed, %d failed\n", good, bad; exit bad != 0 }'
