#!/bin/bash
# The explorer in a real terminal: opening, resizing, suspending, signals, crash, random bytes.
. "$(dirname "$0")/tmux_lib.bash"

leaves_by_ctrl_c() { keys C-c; gone "$pid"; }

shell 120 40
explore normal-crossing && until_true shows 'Posterior at n = 1000'
report 'opens on a model'

keys Up && until_true shows 'Posterior at n = 10000'
report 'a key changes n'

t resize-window -x 62 -y 17 && until_true shows 'Posterior' && until_true hides 'Spectrum'
report 'a smaller screen shows less'
t resize-window -x 40 -y 10 && until_true shows 'cusp needs'
report 'a screen too small says what it needs'
t resize-window -x 1 -y 1 && keys Up && t resize-window -x 200 -y 60 && until_true shows 'Posterior' &&
    until_true shows '? help'
report 'one cell, and back to many'
t resize-window -x 120 -y 40 && until_true shows '? help'

keys C-z && until_true shows 'Stopped' && usable
report 'ctrl-z gives the terminal back'
type_line fg && until_true shows 'Posterior' && flag alternate_on 1
report 'fg takes it again, with everything as it was'

keys q && until_true gone "$pid" && usable
report 'q leaves a usable terminal'
type_line 'clear; echo "code $?"' && until_true shows 'code 0'
report 'and code 0'

for signal in SEGV ABRT BUS FPE ILL QUIT; do
    explore normal-crossing && until_true shows Posterior && kill -s $signal "$pid" &&
        until_true gone "$pid" && usable
    report "SIG$signal leaves a usable terminal"
done

explore normal-crossing && until_true shows Posterior && kill -TERM "$pid" && until_true gone "$pid" &&
    type_line 'echo "code $?"' && until_true shows 'code 143' && usable
report 'SIGTERM ends it by that signal, in order'

explore normal-crossing && until_true shows Posterior && kill -STOP "$pid" &&
    until_true shows 'Stopped' && type_line 'clear; stty sane; fg' && until_true shows '? help' && keys Down &&
    until_true shows 'n = 100'
report 'SIGSTOP and fg: it takes the terminal again'
t kill-server
until_true gone "$pid"
report 'a terminal that goes away ends it'

shell 80 24
explore
for i in 1 2 3 4 5 6; do
    keys -H $(od -An -v -tx1 -N 400 /dev/urandom | tr '\n' ' ' | sed 's/ 03/ 04/g; s/ 1a/ 1b/g; s/ 3a/ 1b/g; s/ 10/ 11/g; s/ 3f/ 1b/g; s/ 71/ 72/g')
done
keys Escape Escape C-c C-c C-c C-c C-c C-c
until_true gone "$pid"
report 'random bytes do not keep ctrl-c ctrl-c from leaving'
usable
report 'and the terminal is usable'

shell 100 30
explore normal-crossing
type_line ':n 31337' && until_true shows 31337 && keys q && until_true gone "$pid"
explore normal-crossing && keys : && keys Up && until_true shows ':n 31337'
report 'the history of the prompt is kept between runs'
keys Escape && until_true hides ':n 31337' && keys q && until_true gone "$pid"

cp models/cusp.model "$work/mine.model"
explore "$work/mine.model" && until_true shows Posterior
sed -i 's/^potential.*/potential K = tahn(x)^2/' "$work/mine.model" && until_true shows "did you mean 'tanh'" &&
    shows '^~~~' && shows 'Posterior'
report 'a model file that becomes faulty shows its faults under the last good picture'
cp models/tacnode.model "$work/mine.model" && until_true hides '^~~~' && until_true shows 'tacnode'
report 'and is read again when it is sound'
keys q && until_true gone "$pid"

explore cusp && until_true shows Posterior && type_line ':evidence --n 1..1e12:10000' &&
    until_true shows 'ctrl-c stops it' && until_true leaves_by_ctrl_c && usable
report 'ctrl-c stops what takes long, and then leaves'

shell 100 30
out=$("$cusp" normal-crossing </dev/null 2>&1 >/dev/null)
[ $? -eq 2 ] && case $out in *'cusp frame'*) true ;; *) false ;; esac
report 'without a terminal it says so, names cusp frame and ends with 2'
TERM=dumb script -qec "$cusp normal-crossing" /dev/null </dev/null | grep -q 'cusp frame'
report 'a dumb terminal is told the same'
echo "1..$number"
