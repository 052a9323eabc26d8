#!/bin/bash
# make bench: cusp against its peers in one run; writes docs/BENCHMARKS.md.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
out=$BUILD/bench
mkdir -p "$out"
tests/deps.sh gcc gnuplot-nox pkg-config python3
here=tests/bench
flags="-std=c17 -Iinclude -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 -pthread"
libs="$BUILD/libcusp.a $(pkg-config --libs gsl sleef jansson ncursesw readline) $(pkg-config --silence-errors --libs cairo) -lm"
set -e
gcc -O3 -march=native -c -o "$out/peer_native.o" $here/peer_native.c
gcc -O3 -c -o "$out/peer_plain.o" $here/peer_plain.c
gcc -O3 -ffast-math -march=native -c -o "$out/peer_fast.o" $here/peer_fast.c
gcc -O2 $flags -o "$out/bench_tape" $here/bench_tape.c "$out"/peer_*.o $libs
gcc -O2 $flags -o "$out/bench_rows" $here/bench_rows.c "$out"/peer_*.o $libs
gcc -O2 $flags -o "$out/bench_evidence" $here/bench_evidence.c $libs
gcc -O2 $flags -o "$out/bench_sampling" $here/bench_sampling.c $libs
gcc -O2 $flags -D_GNU_SOURCE -o "$out/bench_explorer" $here/bench_explorer.c -lutil
set +e

# Whole process: a heat map of 200×60 cells, against gnuplot's dumb terminal on the same samples.
heat_map()
{
    "$BUILD/cusp" frame normal-crossing --views landscape --size 200x60 --format csv -o "$out/heat.csv" || return
    awk -F, '$3 == "field" { print $5, $6, $7 }' "$out/heat.csv" >"$out/heat.dat"
    printf 'set terminal dumb 200 60 ansi256\nset output "/dev/null"\nplot "%s" with image\n' "$out/heat.dat" >"$out/heat.gp"
    python3 - "$BUILD/cusp" "$out/heat.gp" <<'PY'
import subprocess, sys, time
def median(command):
    spent = []
    for _ in range(11):
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        spent.append(time.perf_counter() - begun)
    return sorted(spent)[5]
mine = median([sys.argv[1], "frame", "normal-crossing", "--views", "landscape", "--size", "200x60", "--format", "ansi"])
peer = median(["gnuplot", sys.argv[2]])
print("frame --format ansi, 200x60 heat map\t%.2f\t1\t%.1f ms against %.1f ms of gnuplot" % (peer / mine, 1e3 * mine, 1e3 * peer))
PY
}

{
    "$out/bench_tape"
    "$out/bench_rows"
    "$out/bench_evidence"
    "$out/bench_sampling"
    heat_map
} >"$out/ratios.tsv"
"$out/bench_explorer" "$BUILD/cusp" >"$out/explorer.tsv"

{
    echo "# Benchmarks"
    echo
    echo "Written by \`make bench\`: every ratio is of two things timed in the same run on the same machine."
    echo
    echo "Machine: $(uname -m), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); instruction set $("$BUILD/cusp" doctor | sed -n 's/^instructions *//p')."
    echo
    echo "| what | times as fast as its peer | wanted at least | |"
    echo "|---|---|---|---|"
    awk -F'\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }' "$out/ratios.tsv"
    echo
    echo "| explorer at 120×40, two models | measured | wanted | |"
    echo "|---|---|---|---|"
    awk -F'\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }' "$out/explorer.tsv"
} >docs/BENCHMARKS.md
cat docs/BENCHMARKS.md
