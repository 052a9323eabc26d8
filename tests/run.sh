#!/bin/bash
# Runs every test and ends with "N passed, N failed". Each test writes TAP: "ok …" and "not ok …" lines.
BUILD=${BUILD:-build}
export BUILD
cd "$(dirname "$0")/.." || exit 1
export CMOCKA_MESSAGE_OUTPUT=TAP
passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

run()
{
    timeout 600 "$@" >"$log" 2>&1 </dev/null
    code=$?
    good=$(grep -c '^ok ' "$log")
    bad=$(grep -c '^not ok ' "$log")
    if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then
        bad=1
        echo "--- $* ended with $code after $good tests"
    fi
    [ "$bad" -eq 0 ] || { echo "--- $*"; cat "$log"; }
    passed=$((passed + good))
    failed=$((failed + bad))
}

for test in tests/unit/test_*.c tests/law/law_*.c tests/screen/screen_*.c; do
    [ -e "$test" ] && run "$BUILD/${test%.c}"
done
for test in tests/golden/*.sh tests/tmux/*.sh tests/docs/*.sh tests/lint/lint.sh; do
    [ -x "$test" ] && run "$test"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
