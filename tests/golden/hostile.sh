#!/bin/sh
# Input that means no good: a message, the right code, no hang.
. "$(dirname "$0")/tap.sh"

mkdir "$scratch/directory.model"
mkfifo "$scratch/pipe.model"
truncate -s 2G "$scratch/huge.model"
truncate -s 0 "$scratch/empty.model"
printf 'param w in [-1, 1]\npotential K = w^2 # \377\376\n' >"$scratch/bytes.model"
head -c 100000 /dev/urandom >"$scratch/random.model"
awk 'BEGIN { printf "param w in [-1,1]\npotential K = "; for (i = 0; i < 100000; i++) printf "("; print "w" }' \
    >"$scratch/deep.model"
for file in directory pipe huge empty bytes random deep missing; do
    expect 1 err 'error' check "$scratch/$file.model"
    run info "$scratch/$file.model"
    [ "$code" -eq 1 ] && [ -s "$scratch/err" ]
    result $? "info of $file"
done
printf 'param w in [-1, 1]\npotential K = w^2\n' >"$scratch/secret.model"
chmod 000 "$scratch/secret.model"
if [ "$(id -u)" -ne 0 ]; then
    expect 1 err 'error' check "$scratch/secret.model"
elif command -v setpriv >/dev/null; then
    chmod 755 "$scratch"
    setpriv --reuid=65534 --regid=65534 --clear-groups timeout 60 "$cusp" check "$scratch/secret.model" \
        >"$scratch/out" 2>"$scratch/err" </dev/null
    [ $? -eq 1 ] && grep -q 'Permission denied' "$scratch/err"
    result $? 'check of a file that is not ours'
fi
for file in directory pipe huge missing; do
    expect 1 err '.' run "$scratch/$file.model"
done
expect 1 err '.' run /dev/zero
expect 1 err 'error' check /dev/zero
expect 1 err 'error' check ''

for n in 0 0.5 -1 1e13; do
    expect 1 err 'outside 1 to 1e12' evidence circle --n "$n"
    expect 1 err 'outside 1 to 1e12' posterior circle --n "$n"
done
for n in nan inf 1e999 '' ' ' 1,, '1..' 0x10; do
    expect 2 err '.' evidence circle --n "$n"
done
expect 1 err 'error' info -e 'param w in [1, 1]; potential K = w^2'
expect 1 err 'error' info -e 'param w in [1, -1]; potential K = w^2'
expect 1 err 'error' info -e 'param w in [-1, 1]; potential K = w'
expect 1 err 'error' info -e 'param w in [-1, 1]; potential K = 1/w^2'
expect 1 err 'error' info -e 'param w in [-1, 1]; potential K = log(w)^2'
expect 1 err 'error' info -e 'potential K = '
expect 1 err '.' info -e ''
expect 1 err 'at most three parameters' evidence -e 'K = (a*b - c*d)^2' --method integral
expect 1 err 'at most three parameters' volume -e 'K = (a*b - c*d)^2'
expect 1 err 'unknown\|no const\|nothing\|name' info circle --set nothing=2
expect 1 err '.' info nearly-singular --set eps=7
expect 2 err 'NAME=VALUE' info circle --set nothing
expect 2 err 'more than' info -e 'K = a^2' -e 'K = b^2' -e 'K = c^2'
expect 2 err 'no option' list --frobnicate
expect 2 err 'too much' list circle
expect 2 err 'wants a value' zeros circle --points
expect 2 err '.' zeros circle --points 99999999999
expect 2 err '.' zeros circle --points 0
expect 2 err 'whole number' list --seed -1
expect 1 err 'outside its box' fisher circle --at w1=99
expect 2 err 'a point is given' fisher circle --at w1=
expect 1 err 'no parameter' fisher circle --at q=0

# Numbers at the end of the scale: bounds and errors, never "nan" or "inf" in JSON.
statements='param w[64] in [-1, 1]; potential K = sum(j in 1..64, w[j]^2)'
expect 0 out '"dim": 64' info --json -e "$statements"
expect 1 err 'at most 64' info -e 'param w[65] in [-1, 1]; potential K = w[1]^2'
expect 1 err 'too large' info -e 'param w in [-1e400, 1]; potential K = w^2'
expect 1 err 'too wide' info -e 'param w in [-1e308, 1e308]; potential K = w^2'
expect 1 err 'finite number' info -e 'param w in [nan, inf]; potential K = w^2'
for potential in '0*w' 'w^1000' 'sin(1e6*w)^2' 'if(w > 0, 1, 0)' '1e-300*w^2' 'tanh(1e9*w)^2' 'abs(w)'; do
    run evidence --json --n 1e2,1e12 -e "param w in [-1, 1]; potential K = $potential"
    [ "$code" -eq 0 ] && ! grep -qi '[: -]nan\|[: -]inf' "$scratch/out"
    result $? "evidence of $potential"
done
expect 1 err 'K is infinite' info -e 'param w in [-1, 1]; potential K = exp(1000*w)'
expect 1 err 'K is negative' info -e 'param w in [-1, 1]; potential K = 1 - 2*exp(-1e6*(w - 0.12345)^2)'

# Data files. sick NAME PATTERN: a model on $scratch/NAME.csv is refused with a message and a place.
on_file()
{
    printf 'param a, b in [-5, 5]\ninput x ~ normal(0, 1)\noutput y ~ normal(a + b*x, 1)\ntruth data "%s", y = y, x = x\n' \
        "$2" >"$scratch/$1.model"
}
sick()
{
    on_file "$1" "$1.csv"
    expect 1 err "$2" data "$scratch/$1.model"
}
printf '\357\273\277x,y\r\n1,2.5\r\n2,"3.5"\r\n-1,0.25\r\n' >"$scratch/marked.csv"
on_file marked marked.csv
expect 0 out '^2,3.5$' data "$scratch/marked.model" --n 3 --csv
expect 1 err 'n = 4: the data of marked go from 1 to 3' data "$scratch/marked.model" --n 4
expect 1 err 'go from 1 to 3' posterior "$scratch/marked.model" --n 1000001
expect 1 err 'go from 1 to 3' evidence "$scratch/marked.model" --n 1,4
expect 0 out '"truth_known": false' info "$scratch/marked.model" --json
printf 'x,y\n1,NaN\n' >"$scratch/nan.csv"
sick nan 'nan.csv:2:3: error: .*not a finite number'
printf 'x,y\n1,2\n2,two\n' >"$scratch/words.csv"
sick words "words.csv:3:3: error: 'two' in column 'y' is not a number"
printf 'x,y\n' >"$scratch/norows.csv"
sick norows 'no rows'
printf 'x,z\n1,2\n' >"$scratch/column.csv"
sick column "has no column 'y'; it has 'x', 'z'"
printf 'x,y\n1,2\n2\n' >"$scratch/short.csv"
sick short 'short.csv:3:1: error: 1 field'
printf 'x,y\n1,"2\n3,4\n' >"$scratch/quote.csv"
sick quote 'never closed'
mkdir "$scratch/folder.csv"
sick folder 'is a directory'
mkfifo "$scratch/tube.csv"
sick tube 'not a plain file'
sick absent 'No such file'
head -c 10000 /dev/urandom >"$scratch/static.csv"
sick static 'error'
awk 'BEGIN { print "x,y"; for (i = 0; i < 1000001; i++) print i % 7 / 7 "," i % 5 }' >"$scratch/million.csv"
sick million 'more than 1000000 rows'
sed -i '$d' "$scratch/million.csv"
expect 0 out ' 1000000 observations' data "$scratch/million.model" --n 2
expect 0 out '^1e+06,\|^1000000,' evidence "$scratch/million.model" --n 1000000 --csv

# Statistical models that mean no good.
statements='param w[64] in [-1, 1]; input x ~ normal(0, 1); output y ~ normal(x*sum(j in 1..64, w[j]), 1); truth y ~ normal(0, 1)'
expect 0 out '"dim": 64' info --json -e "$statements"
expect 0 out '^w\[64\]' posterior --n 5 --particles 256 -e "$statements"
expect 1 err 'at most 64' info -e 'param w[65] in [-1, 1]; output y ~ normal(w[1], 1); truth y ~ normal(0, 1)'
expect 1 err 'real numbers and the output only whole' info -e 'param a in [0, 10]; output y ~ poisson(a); truth y ~ normal(0, 1)'
expect 1 err 'which the output never does' info -e 'param a in [1, 9]; output y ~ exponential(a); truth y ~ normal(0, 1)'
expect 0 err 'K is infinite, or too great for a number, at about 100 %' \
    info -e 'param a in [0.001, 1000]; output y ~ uniform(0, a); truth y ~ uniform(0, 999.99)'
expect 1 err 'K is infinite at every parameter' info -e 'param a in [0.001, 10]; output y ~ uniform(0, a); truth y ~ uniform(0, 20)'
expect 1 err 'not positive' info -e 'param a[2] in [0, 9]; output y ~ exponential(if(a[1] < 8.9, 0, a[2])); truth y ~ exponential(1)'
expect 1 err '"\?y"\?\|output' info -e 'param a in [0, 1]; output y ~ normal(a, 1)'
# W0 lies where the prior is 0; a likelihood that is nearly nowhere: an answer, or an honest warning
statements='param a in [-2, 2]; output y ~ normal(a, 1); truth y ~ normal(0, 1); prior density(if(abs(a) < 0.5, 0, 1))'
expect 0 out '^a ' posterior --n 100 -e "$statements"
statements='param a, b, c, d in [-1000, 1000]; input x ~ normal(0, 1); output y ~ normal(a + b*x + c*x^2 + d*x^3, 0.001); truth y ~ normal(1 + x, 0.001)'
expect 0 out '^a ' posterior --n 20 --particles 512 -e "$statements"
expect 2 err 'data-seed 0: a whole number from 1' data coin --data-seed 0
expect 1 err 'from 1 to 1000000' data coin --n 0
expect 1 err 'from 1 to 1000000' data coin --n 1000001
expect 1 err 'it has no data' data circle
for beta in 0 -1; do
    expect 1 err 'an inverse temperature is above 0' evidence coin --beta "$beta"
done
expect 2 err '.' evidence coin --beta nan
expect 2 err "did you mean 'hmc'" posterior tanh-two --sampler hcm
expect 2 err "did you mean 'integral'" posterior tanh-two --method integrl
expect 1 err 'use --method particles' posterior tanh-two --method integral
expect 2 err '16 an island' posterior tanh-two --particles 4
expect 2 err 'from 2 to 64' posterior tanh-two --islands 1
expect 1 err 'ask for more with --particles' posterior tanh-two --n 5 --draws 5000 --particles 256
expect 0 out '^a\[1\] .*[0-9]' posterior tanh-two --n 5 --chains --draws 1
expect 1 err 'K of old-faithful is unknown' evidence old-faithful --population
expect 1 err 'names no regions' phases coin

# Exact lambda: an answer, or why there is none, within its budget.
hard='param w[8] in [-1, 1]; potential K = (w[1]*w[2] + w[3]*w[4] + w[5]*w[6] + w[7]*w[8])^2 + (w[1]*w[8] - w[2]^3*w[4])^2'
expect 0 out '^lambda  *67/2240 ' rlct -e 'param x, y in [-1, 1]; potential K = x^70 + y^64'
expect 0 out '^lambda  *1/1000000 ' rlct -e 'param x, y in [-1, 1]; potential K = ((x^100)^100)^100'
expect 0 out '^lambda  *1/200 ' rlct -e 'param x, y, z in [-1, 1]; potential K = (x + y + z)^200'
expect 0 out '^lambda  *5/12 ' rlct -e 'param x, y in [-1e12, 1e-9]; potential K = (x^2 - y^3)^2'
expect 0 out '^lambda  *5/12 ' rlct -e 'param x, y in [-1, 1]; potential K = 1e-308*(x^2 - y^3)^2'
expect 0 out '^lambda  *53/120 ' rlct -e 'param x, y in [-1, 1]; potential K = (x^2 - y^3)^2; prior density(abs(x)^0.1)'
expect 1 err 'is not a polynomial' rlct -e 'param x, y in [-1, 1]; potential K = (x*y)^1000000000'
expect 1 err 'not a polynomial' rlct -e 'param x, y in [-1, 1]; potential K = sqrt(x^2 + y^2)'
expect 1 err 'K has no zero in the box' rlct -e 'param x, y in [-1, 1]; potential K = x^2 + y^2 + 1'
expect 1 err 'up to 8 parameters; this model has 64' \
    rlct -e 'param w[64] in [-1, 1]; potential K = sum(j in 1..64, w[j]^4)'
expect 0 out 'a power has about' rlct -e 'param w[8] in [-1, 1]; potential K = (sum(j in 1..8, w[j])^9 - w[1])^10'
expect 1 err 'truth is not known' rlct old-faithful
expect 1 err 'more than 1e-09 s' rlct cusp --seconds 1e-9
expect 1 err 'a time above 0' rlct cusp --seconds 0
expect 2 err 'a number is wanted' rlct cusp --seconds nan
expect 1 err 'MiB are wanted' rlct cusp --memory 1
expect 1 err 'outside its box' rlct cusp --at w1=99
expect 2 err 'a point is given' rlct cusp --at w1=nan
if env --ignore-signal=CHLD true 2>/dev/null; then
    env --ignore-signal=CHLD timeout 60 "$cusp" rlct cusp >"$scratch/out" 2>"$scratch/err" </dev/null
    [ $? -eq 0 ] && grep -q 5/12 "$scratch/out"
    result $? 'rlct where whoever started cusp ignores its children'
fi
# however rlct ends, its child ends with it
for signal in TERM KILL; do
    "$cusp" rlct -e "$hard" >"$scratch/out" 2>"$scratch/err" </dev/null &
    parent=$!
    child=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        child=$(ps -o pid= --ppid "$parent" | tr -d ' ')
        [ -n "$child" ] && break
        sleep 0.1
    done
    kill -s $signal "$parent"
    wait "$parent" 2>/dev/null
    sleep 0.2
    [ -n "$child" ] && ! ps -o stat= -p "$child" | grep -q '^[^Z]'
    result $? "SIG$signal leaves no process of rlct behind"
done

# Estimates and learning curves.
expect 1 err 'times --draws is at most' estimate normal-crossing --with llc --chains 1e12
expect 1 err 'is above 0' estimate normal-crossing --with llc --step 0
expect 2 err "no estimator ''" estimate normal-crossing --with ,
expect 2 err 'brings its own model' estimate circle --failure list
expect 2 err "no failure 'x;y'" estimate --failure 'x;y'
expect 1 err 'outside 1 to 1e12' estimate normal-crossing --n 1e13
expect 2 err 'from 1 to' learn coin --n 10 --datasets 0
expect 1 err 'from n = 2 to' learn coin --n 1
expect 1 err 'above 0' learn coin --n 10 --beta 0
# a truth far from the model: losses are great, not infinite
statements='param a in [-1, 1]; output y ~ normal(a, 1); truth y ~ normal(50, 1)'
run learn -e "$statements" --n 5 --datasets 2 --json
[ "$code" -eq 0 ] && ! grep -q '"gen_loss": null' "$scratch/out" && ! grep -qi '[: -]nan\|[: -]inf' "$scratch/out"
result $? 'losses of a truth far off are numbers'

# Ended at any moment, a command is ended by its signal, at once. (A shell's own background jobs ignore SIGINT.)
for seconds in 0.02 0.2 0.7; do
    for words in 'evidence relu-three --n 10000' 'zeros tanh-bias' 'evidence poisson-mixture --method integral' \
        'posterior tanh-bias --chains --n 100000' 'phases relu-two --knob theta --n 1000 --steps 99' \
        'estimate tanh-bias --n 100000' 'learn product-regression --n 100000'; do
        # shellcheck disable=SC2086
        timeout -s INT -k 20 "$seconds" "$cusp" $words >"$scratch/out" 2>"$scratch/err"
        [ $? -eq 124 ] || [ $? -eq 130 ]
        result $? "cusp $words, interrupted after $seconds s"
    done
done

# Output that cannot be had.
mkfifo "$scratch/unread"
expect 1 err 'nobody reads' frame circle --size 80x24 -o "$scratch/unread"
expect 1 err 'No space left' frame circle --size 80x24 -o /dev/full
expect 1 err 'a directory' frame circle --size 80x24 -o "$scratch"
expect 1 err 'No such file' frame circle --size 80x24 -o /nowhere/at/all
expect 2 err 'no JSON' frame circle --json
expect 0 out ',' frame circle --size 80x24 --csv
(
    ulimit -f 1
    timeout 60 "$cusp" frame circle --size 100x30 --format ansi -o "$scratch/limited" 2>"$scratch/err"
)
code=$?
ls "$scratch" >"$scratch/out"
[ "$code" -eq 1 ] && grep -q 'too large' "$scratch/err" && ! grep -q limited "$scratch/out"
result $? 'a file that may not grow leaves nothing behind'
timeout 60 "$cusp" list >/dev/full 2>"$scratch/err"
[ $? -eq 1 ] && grep -q 'No space left' "$scratch/err"
result $? 'standard output on a full device'
timeout 60 "$cusp" list >&- 2>"$scratch/err"
[ $? -eq 1 ] && grep -q 'cannot write' "$scratch/err"
result $? 'standard output is closed'

# Scripts.
printf 'model circle\nn 1000\nbogus\nn 5\n' >"$scratch/wrong"
expect 2 err 'wrong:3: .*bogus' run "$scratch/wrong"
printf 'run %s/endless\nrun %s/endless\n' "$scratch" "$scratch" >"$scratch/endless"
expect 1 err 'deep' run "$scratch/endless"
head -c 10000 /dev/urandom >"$scratch/noise"
expect 1 err 'not a text' run "$scratch/noise"
yes 'n 1000' | head -n 1000000 >"$scratch/long"
expect 1 err 'too large' run "$scratch/long"
printf '\357\273\277model circle\r\nn 1000\r\nshare\r\n' >"$scratch/marked"
expect 0 out 'cusp circle' run "$scratch/marked"
printf 'model \033[31mcircle\n' >"$scratch/escape"
run run "$scratch/escape"
[ "$code" -eq 1 ] && ! grep -q "$(printf '\033')" "$scratch/err"
result $? 'a fault writes no control characters'

long=$(awk 'BEGIN { for (i = 0; i < 50000; i++) printf "x" }')
expect 1 err '.' info "$long"
expect 2 err '.' "--$long"
expect 1 err '.' info -e "K = $long^2 + "
CUSP_MODELS=/nowhere
export CUSP_MODELS
expect 1 err 'no catalogue' list
expect 1 err 'no catalogue' info circle
expect 1 err 'looked in\|no directory' list
run info "$scratch/missing.model"
[ "$code" -eq 1 ] && ! grep -q 'directory of models' "$scratch/err"
result $? 'a missing catalogue is not to blame for a missing file'
expect 0 out 'K = w²' info -e 'K = w^2'
expect 0 out '│' frame -e 'K = w^2' --size 80x24
finish
