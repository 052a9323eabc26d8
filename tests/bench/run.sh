#!/bin/bash
# make bench: cusp against its peers in one run; writes docs/BENCHMARKS.md.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
out=$BUILD/bench
mkdir -p "$out"
tests/deps.sh gcc gnuplot-nox pkg-config python3
here=tests/bench
flags="-std=c17 -Iinclude -D_DEFAULT_SOURCE -D_XOPEN_SOURCE=700 -pthread"
libs="$BUILD/libcusp.a $(pkg-config --libs gsl sleef jansson ncursesw readline) $(pkg-config --silence-errors --libs cairo)
    -lcalcium -lantic -lflint-arb -lflint -lmpfr -lgmp -lm"
set -e
gcc -O3 -march=native -c -o "$out/peer_native.o" $here/peer_native.c
gcc -O3 -c -o "$out/peer_plain.o" $here/peer_plain.c
gcc -O3 -ffast-math -march=native -c -o "$out/peer_fast.o" $here/peer_fast.c
gcc -O2 $flags -o "$out/bench_tape" $here/bench_tape.c "$out"/peer_*.o $libs
gcc -O2 $flags -o "$out/bench_rows" $here/bench_rows.c "$out"/peer_*.o $libs
gcc -O2 $flags -o "$out/bench_evidence" $here/bench_evidence.c $libs
gcc -O2 $flags -o "$out/bench_sampling" $here/bench_sampling.c $libs
gcc -O2 $flags -o "$out/bench_sgld" $here/bench_sgld.c $libs
gcc -O2 $flags -o "$out/bench_learning" $here/bench_learning.c $libs
gcc -O2 $flags -o "$out/bench_rlct" $here/bench_rlct.c $libs
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

# Whole process: λ of a curve with two Puiseux pairs, against Singular, where that is installed: its spectrum, which
# gives λ of an isolated singularity, and the Bernstein–Sato polynomial, which gives it always.
resolution()
{
    command -v Singular >/dev/null || return
    python3 - "$BUILD/cusp" <<'PY'
import subprocess, sys, time
def once(command, text=None, limit=20):
    begun = time.perf_counter()
    try:
        subprocess.run(command, input=text, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit)
    except subprocess.TimeoutExpired:
        return float("inf")
    return time.perf_counter() - begun
model = "param x, y in [-1, 1]; potential K = ((y^2 - x^3)^2 - x^5*y)^2"
mine = min(once([sys.argv[1], "rlct", "-e", model, "--at", "x=0,y=0"]) for _ in range(5))
spectrum = min(once(["Singular", "-q"], 'LIB "gmssing.lib"; ring r=0,(x,y),ds; spectrum((y2-x3)^2-x5y); quit;') for _ in range(3))
bfct = once(["Singular", "-q"], 'LIB "dmod.lib"; ring r=0,(x,y),dp; bfct((y2-x3)^2-x5y); quit;')
print("rlct, curve of two Puiseux pairs, as a process / Singular's spectrum\t%.2f\t1\t%.1f ms against %.1f ms" % (spectrum / mine, 1e3 * mine, 1e3 * spectrum))
said = "more than 20 s" if bfct == float("inf") else "%.1f s" % bfct
print("the same / Singular's bfct\t%s\t10\t%.1f ms against %s" % ("> %.0f" % (20 / mine) if bfct == float("inf") else "%.0f" % (bfct / mine), 1e3 * mine, said))
PY
}

{
    "$out/bench_tape"
    "$out/bench_rows"
    "$out/bench_evidence"
    "$out/bench_sampling"
    "$out/bench_sgld"
    "$out/bench_learning"
    "$out/bench_rlct"
    resolution
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
