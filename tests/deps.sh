#!/bin/sh
# Installs the Debian packages named as arguments that are missing; says so first; does nothing when all are there.
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "cusp: not a Debian; what these packages hold is taken to be there: $*" >&2
    exit 0
fi
missing=
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null 2>&1; then
        echo "cusp: packages are missing; as root: apt-get install$missing" >&2
        exit 1
    fi
fi
echo "cusp: installing:$missing"
# shellcheck disable=SC2086
install()
{
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}
install >/dev/null 2>&1 || { $as_root apt-get update -q >/dev/null && install >/dev/null; }
