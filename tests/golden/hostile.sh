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
if [ "$(id -u)" -ne 0 ]; then
    printf 'param w in [-1, 1]\npotential K = w^2\n' >"$scratch/secret.model"
    chmod 000 "$scratch/secret.model"
    expect 1 err 'error' check "$scratch/secret.model"
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
expect 1 err 'at most three parameters' evidence -e 'K = (a*b - c*d)^2'
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

long=$(awk 'BEGIN { for (i = 0; i < 50000; i++) printf "x" }')
expect 1 err '.' info "$long"
expect 2 err '.' "--$long"
expect 1 err '.' info -e "K = $long^2 + "
CUSP_MODELS=/nowhere
export CUSP_MODELS
expect 1 err 'no catalogue' list
expect 1 err 'no catalogue' info circle
expect 0 out 'K = w²' info -e 'K = w^2'
expect 0 out '│' frame -e 'K = w^2' --size 80x24
finish
