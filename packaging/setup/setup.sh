#!/bin/sh
# Makes .venv ready for one purpose: run, test or benchmark. A second call costs some hundredths of a second.
# May be interrupted and called again at any time; two calls at once wait for each other.
set -eu

purpose=${1:-run}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
python=.venv/bin/python
unfinished=.venv/unfinished
ready=.venv/ready-for-$purpose
. packaging/setup/words.sh
. packaging/setup/debian.sh
. packaging/setup/python.sh

case $purpose in
    run) lists="requirements requirements-build" ;;
    test) lists="requirements requirements-build requirements-test" ;;
    benchmark) lists="requirements requirements-build requirements-test requirements-benchmark" ;;
    *) stop "I can set up for run, test or benchmark, not for “$purpose”." ;;
esac

# What the environment was made from: any change of it, a move of the checkout and a new Python make it stale.
state() {
    echo "$root"
    "$python" -I -S -c 'import sys; print(sys.version)' 2>/dev/null || echo "no Python"
    for list in $lists; do cat "packaging/$list.txt"; done | sha256
    cat pyproject.toml packaging/setup/*.sh | sha256
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

is_ready() { [ ! -e "$unfinished" ] && [ -x "$python" ] && [ "$(state)" = "$(cat "$ready" 2>/dev/null)" ]; }

wait_for_another_setup() {
    command -v flock >/dev/null || return 0
    exec 9<packaging/setup
    flock --nonblock 9 || { say "Another set-up is running here; waiting for it."; flock 9; }
}

# On a terminal pip shows what it downloads; elsewhere it keeps quiet.
pip_install() {
    [ -t 1 ] || set -- --quiet "$@"
    "$python" -m pip install --disable-pip-version-check --no-input "$@" 2>.venv/pip-errors.txt || stop_over_pip
}

stop_over_pip() {
    grep -v '^WARNING' .venv/pip-errors.txt | tail -n 12 >&2 || true
    if grep -qi 'no space left' .venv/pip-errors.txt; then
        stop "The disk is full. XRayDesk needs $gigabytes GB in “$root”; make room and run the same command again."
    elif grep -qi 'certificate_verify_failed' .venv/pip-errors.txt; then
        stop "The package index shows a certificate that is not trusted here, as behind an inspecting proxy." \
            "Set PIP_CERT to the file of your institution's certificates and run the same command again."
    elif grep -qiE 'connection|name resolution|timed out|max retries|network is unreachable' .venv/pip-errors.txt; then
        stop "The package index could not be reached. The set-up needs the internet once; connect and run the same command again."
    fi
    stop "Python's packages could not be installed (above is what pip says). Run the same command again when it is mended."
}

gigabytes=3
check_room() {
    kilobytes=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$kilobytes" -ge $((gigabytes * 1000000)) ] ||
        stop "The disk is nearly full. XRayDesk needs $gigabytes GB in “$root”; make room and run the same command again."
}

install_system_libraries "$purpose"
is_ready && exit 0
wait_for_another_setup
is_ready && exit 0

say "Setting up XRayDesk for $purpose in “$root/.venv”: some minutes, this once."
make_environment
set --
for list in $lists; do set -- "$@" --requirement "packaging/$list.txt"; done
pip_install "$@"
pip_install --no-deps --no-build-isolation --editable .
state >"$ready.new"
mv "$ready.new" "$ready"
rm -f "$unfinished" .venv/pip-errors.txt
say "Set up."
