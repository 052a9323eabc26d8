#!/bin/sh
# Builds every tests/fuzz/fuzz_*.c with libFuzzer and the sanitizers and runs each FUZZ_SECONDS.
#
# FUZZ_SECONDS  seconds for each target (600)
# FUZZ_TARGETS  names, such as "fuzz_syntax" (all)
# FUZZ_ROOMS    rooms to build, when not all are wanted
# BUILD         where everything goes: $BUILD/fuzz (build)
# Prints "N passed, N failed"; findings stay in $BUILD/fuzz/<target>/findings.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-600}
out=${BUILD:-build}/fuzz
clang=${FUZZ_CC:-clang}
sanitize='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'
packages='ncursesw readline gsl sleef jansson'
pkg-config --exists cairo 2>/dev/null && packages="$packages cairo"

mkdir -p "$out" || exit 1
make --no-print-directory ${FUZZ_ROOMS:+ROOMS="$FUZZ_ROOMS"} BUILD="$out" CC="$clang" OPT='-O1 -g' WARN= \
    SANITIZE="-fsanitize=fuzzer-no-link $sanitize" "$out/libcusp.a" || exit 1

# A dictionary: the statements, the other words and the functions of the language.
dictionary=$out/words.dict
{
    sed -n '/statements\[\]/,/};/p;/distributions\[\]/,/};/p;/others\[\]/,/;/p' src/lang/words.c |
        grep -o '"[a-z_]*"'
    sed -n 's/^OP([A-Z0-9_]*, \("[^"][^"]*"\),.*/\1/p' include/cusp/ops.def
    printf '"%s"\n' sum prod pi density jeffreys rlct multiplicity data .. '^2' '[-2, 2]' ' ~ '
} | sort -u >"$dictionary"

passed=0
failed=0
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    case " ${FUZZ_TARGETS:-$name} " in
    *" $name "*) ;;
    *) continue ;;
    esac
    mkdir -p "$out/$name/corpus" "$out/$name/findings"
    if ! "$clang" -std=c17 -O1 -g $sanitize -fsanitize=fuzzer -Iinclude -Itests -Isrc \
        -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -DCUSP_VERSION='"fuzz"' \
        -DCUSP_PREFIX='"/usr/local"' -o "$out/$name/$name" "$source" "$out/libcusp.a" \
        $(pkg-config --cflags-only-I --libs $packages) -lm -pthread; then
        echo "FAIL $name: does not build"
        failed=$((failed + 1))
        continue
    fi
    for model in models/*.model; do
        [ -f "$model" ] && cp "$model" "$out/$name/corpus/"
    done
    for seed in tests/fuzz/"$name"-seeds/*; do
        [ -f "$seed" ] && cp "$seed" "$out/$name/corpus/"
    done
    if "$out/$name/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
        -dict="$dictionary" -artifact_prefix="$out/$name/findings/" -print_final_stats=1 \
        "$out/$name/corpus" >"$out/$name/log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name/log")
        echo "ok   $name: $runs inputs in $seconds s"
        passed=$((passed + 1))
    else
        echo "FAIL $name: see $out/$name/log and $out/$name/findings"
        tail -n 20 "$out/$name/log"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
