#!/bin/bash
# House rules that a compiler does not know; TAP, one line a rule. tests/lint/faults.sh breaks each of them.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
shopt -s lastpipe
export LC_ALL=C.UTF-8
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
count=0
bad=0

# report NAME: standard input holds the offences; none is good.
report()
{
    count=$((count + 1))
    offences=$(cat)
    if [ -z "$offences" ]; then
        echo "ok $count - $1"
    else
        bad=$((bad + 1))
        echo "not ok $count - $1"
        echo "$offences" | head -60 | sed 's/^/#   /'
    fi
}

sources=$(find src include -name '*.c' -o -name '*.h' | sort)
all=$(find src include tests \( -name '*.c' -o -name '*.h' \) | sort)

# --- ranks ----------------------------------------------------------------------------------------
awk '
FNR == NR {
    if ($0 !~ /^#/ && NF >= 2) {
        rank[$2] = $1
        for (i = 3; i <= NF; i++)
            room_of[$i] = $2
    }
    next
}
FNR == 1 {
    split(FILENAME, part, "/")
    room = part[1] == "include" ? "" : part[2] ~ /\.c$/ ? "main" : part[2]
    if (part[1] == "include") {
        name = part[3]
        sub(/\.(h|def)$/, "", name)
        room = room_of[name]
        if (room == "")
            print FILENAME ": no room in tests/lint/ranks.txt"
    }
}
/^#include "cusp\// {
    name = $2
    gsub(/"|cusp\/|\.h|\.def/, "", name)
    to = room_of[name]
    if (to == "" && $2 ~ /\.def"/)
        next
    if (to == "")
        print FILENAME ":" FNR ": includes a header without a room: " $2
    else if (room != to && rank[to] >= rank[room])
        print FILENAME ":" FNR ": room " room " (rank " rank[room] ") includes " $2 " of " to " (rank " rank[to] ")"
}
/^#include "[^\/]*"/ && FILENAME ~ /^src/ {
    file = $2
    gsub(/"/, "", file)
    where = "src/" room "/" file
    folder = FILENAME
    sub(/[^\/]*$/, "", folder)
    if ((getline line < where) < 0 && (getline line < (folder file)) < 0)
        print FILENAME ":" FNR ": private header of another room: " $2
    close(where)
    close(folder file)
}' tests/lint/ranks.txt $sources | report "ranks: a file includes its own room and lower ranks only"

# --- homes of libraries ---------------------------------------------------------------------------
home()
{
    grep -nE "#include *<($2)" $sources | grep -vE "^src/($1)/"
}
{
    home term '(n?curses|ncursesw/|readline/|panel|term\.h)'
    home num 'gsl/'
    home draw 'cairo'
    home command 'jansson'
    home alg 'flint/|arb|antic|calcium'
    home 'base|session' 'pthread|threads\.h'
} | report "libraries stay in the room that owns them"

grep -nE '(^|[^_a-zA-Z."])(exit|_exit|abort|printf|puts|putchar|perror) *\(' $sources |
    grep -vE '^src/(term/|main\.c|base/(mem|isolate)\.c)' | grep -vE ':[0-9]+: *(/\*|\*)' |
    report "no exit, abort or printing below term"

# --- exported symbols -----------------------------------------------------------------------------
# Two are meant: what ends the program when memory is out, set before any thread starts, and the kernels that suit this
# processor, an atomic pointer that every thread would set alike.
meant='base/mem.o: mutable failure_handler|tape/kernels.o: mutable chosen'
if [ -e "$BUILD/libcusp.a" ]; then
    find "$BUILD/obj" -name '*.o' | grep -vE '/obj/(term/|main)' | xargs objdump -t |
        awk '/file format/ { sub(/:$/, "", $1); object = $1 }
             / \.t?(data|bss)(\.[A-Za-z_.0-9]+)?[ \t]/ && !/\.data\.rel\.ro/ && / O / &&
                 !/__(odr_asan|afl|sancov|asan|tsan|gcov)|\.LASAN|\.Lubsan/ { print object ": mutable " $NF }' |
        grep -vE "($meant)\$" | report "no mutable globals below term"
    for header in $(find src include -name '*.h'); do
        echo "#include \"$PWD/$header\""
    done | ${CC:-cc} -E -x c -Iinclude -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -DHAVE_CAIRO=1 \
        $(pkg-config --cflags-only-I ncursesw cairo 2>/dev/null) - 2>/dev/null |
        awk '/^# [0-9]+ "/ { ours = index($3, "/src/") || $3 ~ /include\/cusp\// || $3 ~ /\.def"/; next } ours' |
        tr -cs 'A-Za-z0-9_' '\n' | sort -u >"$scratch/declared"
    nm -A --defined-only -g "$BUILD/libcusp.a" 2>/dev/null |
        awk '$(NF-1) ~ /^[TDBRC]$/ { print $NF }' | grep -vE '^(__|_init|_fini)' | sort -u |
        comm -23 - "$scratch/declared" | report "every exported symbol is declared in a header"
    # Of two, the linker takes the first it meets in the archive and is silent about the other.
    nm --defined-only -g "$BUILD/libcusp.a" 2>/dev/null |
        awk '$2 ~ /^[TDBRC]$/ { print $3 }' | grep -vE '^(__|_init|_fini)' | sort | uniq -d |
        report "every exported symbol is defined once"
else
    echo "$BUILD/libcusp.a is not built: make lint builds it" | report "objects can be looked at"
fi

# --- form -----------------------------------------------------------------------------------------
find src include -type f | sed 's|.*/||' | sort | uniq -d | report "file names are unique"
for f in $sources; do
    [ -s "$f" ] || echo "$f: is empty"
done | report "no file is empty"
awk 'FNR == 1 && !/^\/\*/ { print FILENAME ": the first line says what the file is" }
     FNR == 601 { print FILENAME ": more than 600 lines are two ideas" }' $sources |
    report "a file has one idea and says which"
# Other versions differ in small things.
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "$all" | xargs -P 2 -n 20 clang-format --dry-run 2>&1 | grep 'warning:' | report "clang-format is content"
fi
grep -nE '\b[a-z_]+_t\b *;|typedef' $sources | grep -E 'typedef' | report "no typedef"
grep -rnE 'T''ODO|F''IXME|\bX''XX\b|not imple''mented' src include models docs README.md 2>/dev/null |
    report "nothing is left open in the text"
grep -rnE '(\.\./sha''red|/wo''rk/|/ro''ot/|\.libr''ary)' .ci docs include models src tests Makefile README.md 2>/dev/null |
    report "no paths of a machine"
echo "1..$count"
[ "$bad" -eq 0 ]
