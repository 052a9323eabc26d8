#!/bin/sh
# The command line under valgrind: no read or write where it may not, nothing used before it is set, no memory lost.
. "$(dirname "$0")/tap.sh"

if nm "$cusp" 2>/dev/null | grep -qE '__(asan|tsan|ubsan)_'; then
    echo 'ok 1 # SKIP a sanitizer watches already'
    echo '1..1'
    exit 0
fi
: >"$scratch/out"
# The cache of fonts is for the whole run, and nobody's to free.
cat >"$scratch/fonts" <<'FONTS'
{
    fonts
    Memcheck:Leak
    ...
    obj:*/libfontconfig.so*
    ...
}
FONTS

# clean CODE WORD…: valgrind finds nothing, and the command ends with CODE.
clean()
{
    want=$1
    shift
    timeout 300 valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect,possible \
        --errors-for-leak-kinds=definite,indirect,possible --suppressions="$scratch/fonts" --log-file="$scratch/err" "$cusp" "$@" \
        >"$scratch/out" 2>/dev/null </dev/null
    [ $? -eq "$want" ]
    result $? "cusp $*"
}

printf 'param w in [-1, 1]\npotential K = w^2 + ww + sin(\nview q\nregion "a : w\n' >"$scratch/bad.model"
printf 'model quartic\nn 500\nknob nothing 2\n' >"$scratch/script"
clean 0 list --json
clean 0 info nearly-singular --set eps=0.0025
clean 1 check "$scratch/bad.model" models/cusp.model
clean 0 zeros -e 'K = (w^2 - 1/4)^2' --json
clean 0 fisher circle --at w1=1
clean 0 evidence quartic --n 1e2,1e9
clean 0 volume quartic --eps 1e-3 --json
clean 0 posterior two-wells --n 200 --draws 3 --csv
clean 0 phases two-wells --n 100
clean 0 frame quartic --size 80x24
clean 0 frame quartic --size 80x24 --views posterior --format svg -o "$scratch/picture.svg"
clean 0 data old-faithful --n 5 --csv
clean 0 fisher tanh-one --at a=1,b=1
clean 0 evidence coin --n 20 --json
clean 0 posterior tanh-two --n 3 --particles 128 --threads 2
clean 1 evidence old-faithful --n 273
clean 0 doctor
clean 0 help --man
clean 2 evidnce circle
clean 1 evidence circle --n 0
clean 1 run "$scratch/script"
finish
