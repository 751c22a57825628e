#!/bin/sh
# Builds the bundle for the tests in tests/frozen, or finds that it was built already, and prints its folder.
# Prints nothing, and says why, where this machine cannot build it (no room, no tools). Fails where the bundle is broken.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
. packaging/setup/words.sh
. packaging/setup/debian.sh
. packaging/setup/python.sh
# shellcheck disable=SC2034 # python.sh asks for these
python=.venv/bin/python unfinished=.venv/unfinished

cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/xraydesk-ci
gigabytes=4

leave() {
    say "The bundle is not built on this machine, and its tests are left out: $*"
    exit 0
}

[ "$(uname -sm)" = "Linux x86_64" ] || leave "this is for Linux on a PC processor."

# Everything that is in the bundle, or makes it.
stamp() {
    find xraydesk resources weights packaging pyproject.toml LICENSE -type f ! -name '*.pyc' | LC_ALL=C sort |
        xargs -d '\n' sha256sum
    find_python && "$system_python" -c 'import sys; print(sys.version, sys.base_prefix)'
}

tools() {
    missing=
    for tool in strip:binutils readelf:binutils zstd:zstd makensis:nsis desktop-file-validate:desktop-file-utils; do
        command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool#*:}"
    done
    # shellcheck disable=SC2086 # one word a package
    [ -z "$missing" ] || { may_install && apt_install $missing; } || true
    for tool in strip readelf dpkg-deb; do
        command -v "$tool" >/dev/null || leave "“$tool” is missing and could not be installed."
    done
}

# PyInstaller needs Python as a shared library, which Debian keeps in a package of its own.
shared_python() {
    "$system_python" -c 'import sysconfig, sys; sys.exit(not sysconfig.get_config_var("Py_ENABLE_SHARED"))' && return 0
    name=$("$system_python" -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])')
    ldconfig -p | grep -q "$name.so" && return 0
    { may_install && apt_install "$name"; } || leave "“$name” is missing and could not be installed."
}

mkdir -p "$cache" 2>/dev/null || leave "“$cache” cannot be made."
exec 8>"$cache/lock"
flock 8 2>/dev/null || true # two of us at once
made=$(stamp | sha256sum)
if [ "$made" = "$(cat "$cache/stamp" 2>/dev/null)" ] && [ -x "$cache/dist/xraydesk/xraydesk" ]; then
    say "The bundle was built already from what is here."
    echo "$cache/dist/xraydesk"
    exit 0
fi

rm -rf "$cache/stamp" "$cache/dist"
[ "$(df -Pk "$cache" | awk 'NR == 2 { print $4 }')" -ge $((gigabytes * 1000000)) ] ||
    leave "it takes $gigabytes GB in “$cache”, and there is less."
install_system_libraries test >&2
need_python
need_venv
tools
shared_python

say "Building the bundle in “$cache”: some minutes."
result=0
timeout 840 "$system_python" packaging/build.py --fast --dist "$cache/dist" --work "$cache/work" >&2 8>&- || result=$?
[ "$result" != 75 ] || leave "its environment could not be made (above is why)."
[ "$result" != 124 ] || leave "it took longer than fourteen minutes."
[ "$result" = 0 ] || stop "The bundle could not be built."
printf '%s\n' "$made" >"$cache/stamp"
echo "$cache/dist/xraydesk"
