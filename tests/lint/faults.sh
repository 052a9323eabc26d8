#!/bin/bash
# Every rule of lint.sh is content with a small sound tree and finds the fault put into it on purpose.
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset BUILD

# tree NAME: a house of two rooms, without fault.
tree()
{
    mkdir -p "$work/$1"/{include/cusp,src/base,src/num,src/term,models,docs,tests/lint,build/obj/base,build/obj/term}
    cp tests/lint/lint.sh tests/lint/ranks.txt "$work/$1/tests/lint/"
    cp .clang-format "$work/$1/"
    cd "$work/$1" || exit 1
    echo '/* A table. */' >include/cusp/mem.h
    echo 'extern const int mem_table[2];' >>include/cusp/mem.h
    echo '/* The screen. */' >include/cusp/term.h
    printf '/* A table. */\n#include "cusp/mem.h"\n\nconst int mem_table[2] = {2, 5};\n' >src/base/mem.c
    printf '/* Numbers. */\n#include <gsl/gsl_math.h>\n\n#include "cusp/mem.h"\n' >src/num/linalg.c
    printf '/* The screen may have state, and print. */\n#include <stdio.h>\n\nstatic int lines;\n' >src/term/term.c
    printf 'int term_lines(void)\n{\n    return printf("%%d", lines++);\n}\n' >>src/term/term.c
    touch README.md Makefile
}

build()
{
    for file in base/mem term/term; do
        ${CC:-cc} -Iinclude -c -o build/obj/$file.o src/$file.c || exit 1
    done
    ar rcs build/libcusp.a build/obj/base/mem.o
}

tree sound
build
tests/lint/lint.sh >"$work/sound.out"
cd - >/dev/null || exit 1

tree broken
printf '#include "cusp/term.h"\n' >>src/num/linalg.c
printf '#include <curses.h>\n' >>src/num/linalg.c
printf 'static void linalg_stop(void)\n{\n    exit(2);\n}\n' >>src/num/linalg.c
printf 'static int mem_calls;\nint mem_call(void)\n{\n    return ++mem_calls;\n}\n' >>src/base/mem.c
touch src/num/mem.c
echo 'static int nameless;' >src/num/nameless.c
printf 'typedef   int number;\n' >>src/base/mem.c
printf 'T''ODO\n' >>README.md
printf '/ro''ot/x\n' >>Makefile
build
cp build/obj/base/mem.o build/obj/base/twice.o
ar rcs build/libcusp.a build/obj/base/twice.o
tests/lint/lint.sh >"$work/broken.out"
cd - >/dev/null || exit 1

bad=0
sed -n 's/^\(not \)\?ok \([0-9]*\) - /\2 /p' "$work/sound.out" >"$work/rules"
while read -r number rule; do
    if grep -q "^ok $number - " "$work/sound.out" && grep -q "^not ok $number - " "$work/broken.out"; then
        echo "ok $number - can fail: $rule"
    else
        bad=1
        echo "not ok $number - can fail: $rule"
    fi
done <"$work/rules"
echo "1..$(wc -l <"$work/rules")"
[ "$bad" -eq 0 ] || sed 's/^/# /' "$work/sound.out" "$work/broken.out"
[ "$bad" -eq 0 ] && [ "$(wc -l <"$work/rules")" -ge 10 ]
