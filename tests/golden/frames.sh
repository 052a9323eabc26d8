#!/bin/sh
# Pictures without a terminal, and scripts.
. "$(dirname "$0")/tap.sh"
esc=$(printf '\033')

expect 0 out 'Posterior at n = 5000' frame normal-crossing --n 5000 --size 100x30
[ "$(wc -l <"$scratch/out")" -eq 30 ] && ! grep -q "$esc" "$scratch/out"
result $? 'text has as many lines as asked for and no escapes'
cp "$scratch/out" "$scratch/first"
run frame normal-crossing --n 5000 --size 100x30 --threads 2
cmp -s "$scratch/out" "$scratch/first"
result $? 'the same picture again'
expect 0 out 'Regular bowl' frame normal-crossing regular-bowl
expect 0 out 'Regular bowl' frame normal-crossing --compare on
expect 0 out "${esc}\[" frame circle --format ansi --views landscape --size 80x24
expect 0 out '^  *[|+*.o]\|w1' frame circle --ascii --views landscape --size 80x24
! LC_ALL=C grep -q '[^ -~]' "$scratch/out"
result $? 'ASCII when asked for'
expect 0 out ',' frame circle --format csv --views concentration
expect 0 out 'quartic\|flat bottom' frame quartic --size 80x24
expect 0 out 'slice\|w3' frame whitney-umbrella --size 120x40 --views landscape
expect 0 out 'normal-crossing' frame --catalogue --size 100x30
expect 0 out 'K = ' frame -e 'K = (a^2 + b^2 - 1)^2' --n 1e12 --size 100x30
expect 0 out 'cusp' frame cusp --n 1 --window 0..0.5,0..0.25 --views posterior --size 100x30
if "$cusp" doctor | grep -q 'cairo  *yes'; then
    for format in svg png pdf; do
        run frame circle -o "$scratch/picture.$format"
        [ "$code" -eq 0 ] && [ -s "$scratch/picture.$format" ]
        result $? "a picture as $format, by the name of the file"
    done
    grep -q '<svg' "$scratch/picture.svg"
    result $? 'svg is SVG'
    [ "$(head -c 5 "$scratch/picture.pdf")" = '%PDF-' ]
    result $? 'pdf is PDF'
fi
expect 1 err 'directory' frame circle -o /
expect 1 err 'No such file' frame circle -o /nowhere/at/all
expect 1 err 'needs' frame circle --size 10x5
expect 2 err 'which model' frame
expect 2 err "did you mean 'posterior'" frame circle --views posteror
expect 1 err 'outside 1 to 1e12' frame circle --n 0
expect 1 err 'too narrow\|outside the box' frame circle --window 7..9,7..9
expect 2 err 'dark or light' frame circle --theme blue

cat >"$scratch/tour" <<'SCRIPT'
# a tour
model cusp
compare circle
n 2.5e5
at w1=0.25 w2=0.5
view landscape 2
share
frame --size 100x30 --views posterior
SCRIPT
expect 0 out 'Posterior at n = 250000' run "$scratch/tour"
expect 0 out 'cusp cusp circle --n 250000 .*--focus landscape --side 2' run "$scratch/tour"
# what `share` writes makes the same picture
share=$(grep '^cusp ' "$scratch/out" | sed 's/^cusp //')
tail -n 30 "$scratch/out" >"$scratch/first"
# shellcheck disable=SC2086
run frame $share --size 100x30 --views posterior
cmp -s "$scratch/out" "$scratch/first"
result $? 'the shared line draws the same'
printf 'model circle\n\nn zero\nshare\n' >"$scratch/wrong"
expect 2 err "wrong:3: n zero: a number is wanted" run "$scratch/wrong"
! grep -q circle "$scratch/out"
result $? 'a script stops at the line that is wrong'
printf 'run %s\n' "$scratch/loop" >"$scratch/loop"
expect 1 err 'deep' run "$scratch/loop"
finish
