#!/bin/bash
# Every shell block of README and docs runs: blocks fenced as ```sh, from the project's root, with cusp on the path. A block that
# opens the explorer or installs is fenced ```console and is for reading.
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/home"
case $BUILD in /*) program=$BUILD/cusp ;; *) program=$root/$BUILD/cusp ;; esac
ln -s "$program" "$work/bin/cusp"
count=0
bad=0
for file in README.md docs/*.md; do
    rm -f "$work"/block-*
    awk -v out="$work/block-" '
        /^```sh$/ { inside = 1; n++; name = sprintf("%s%03d", out, n); printf "" > name; next }
        /^```/ { inside = 0; next }
        inside { print > name }' "$file"
    for block in "$work"/block-*; do
        [ -e "$block" ] || continue
        count=$((count + 1))
        if (PATH=$work/bin:$PATH HOME=$work/home CUSP_MODELS=$root/models TMPDIR=$work timeout 60 \
                bash -e "$block") >"$work/out" 2>&1 </dev/null; then
            echo "ok $count - $file block ${block##*-}"
        else
            bad=$((bad + 1))
            echo "not ok $count - $file block ${block##*-}"
            sed 's/^/#   /' "$block" "$work/out"
        fi
    done
    # model examples check cleanly
    rm -f "$work"/model-*
    awk -v out="$work/model-" '
        /^```cusp$/ { inside = 1; n++; name = sprintf("%s%03d.model", out, n); printf "" > name; next }
        /^```/ { inside = 0; next }
        inside { print > name }' "$file"
    for block in "$work"/model-*; do
        [ -e "$block" ] || continue
        count=$((count + 1))
        if "$program" check "$block" >"$work/out" 2>&1; then
            echo "ok $count - $file model ${block##*-}"
        else
            bad=$((bad + 1))
            echo "not ok $count - $file model ${block##*-}"
            sed 's/^/#   /' "$block" "$work/out"
        fi
    done
done
echo "1..$count"
[ "$bad" -eq 0 ]
