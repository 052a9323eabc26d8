#!/bin/sh
# Installed, cusp finds its models and its manual; uninstalled, nothing is left. Where it was built, it finds them as well.
. "$(dirname "$0")/tap.sh"
unset CUSP_MODELS
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
built=$BUILD/cusp
stage=$scratch/stage
prefix=$("$built" doctor | sed -n 's/^prefix  *//p')
: >"$scratch/out" >"$scratch/err"

# make_it TARGET: with the prefix that is built in, so that nothing is built again.
make_it()
{
    make --no-print-directory "$1" BUILD="$BUILD" PREFIX="$prefix" DESTDIR="$stage" >"$scratch/out" 2>"$scratch/err"
}

make_it install
result $? 'make install'
[ "$(find "$stage" -type f | grep -vc '\.\(model\|csv\)$')" -eq 2 ] &&
    [ "$(find "$stage" -name '*.model' -o -name '*.csv' | wc -l)" -eq "$(ls models | wc -l)" ]
result $? 'the program, its manual, every model and its data are installed'
cusp=$stage$prefix/bin/cusp
manual=$stage$prefix/share/man/man1/cusp.1
cd "$scratch" || exit 1
expect 0 out '^normal-crossing ' list
expect 0 out 'K = ½ w1² w2²' info normal-crossing
expect 0 out "$prefix" doctor
expect 0 out '3 of 272 observations' data old-faithful --n 3
cd - >/dev/null || exit 1

groff -Kutf8 -man -ww -Tutf8 -P-cbou "$manual" >"$scratch/out" 2>"$scratch/err"
[ $? -eq 0 ] && [ ! -s "$scratch/err" ] && grep -q 'SYNOPSIS' "$scratch/out"
result $? 'the manual is formatted without a warning'
for command in $("$built" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    grep -q "$command" "$scratch/out" || echo "$command is not in the manual" >>"$scratch/err"
done
[ ! -s "$scratch/err" ]
result $? 'and names every command'

make_it uninstall
[ -z "$(find "$stage" -type f)" ] && [ ! -e "$stage$prefix/share/cusp" ]
result $? 'make uninstall leaves no file'

# not installed: a copy of what make leaves behind, anywhere
mkdir -p "$scratch/house/build"
cp "$built" "$scratch/house/build/"
cp -r models "$scratch/house/"
cusp=$scratch/house/build/cusp
cd "$scratch" || exit 1
expect 0 out '^normal-crossing ' list
cd - >/dev/null || exit 1
finish
