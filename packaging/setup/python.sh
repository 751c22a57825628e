# shellcheck shell=sh
# A Python 3.11, 3.12 or 3.13, and the environment made from it. Uses $python, $unfinished.

fits() { "$1" -I -S -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# Sets $system_python; ${PYTHON} of the caller's environment comes first.
find_python() {
    for system_python in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        fits "$system_python" && return 0
    done
    return 1
}

need_python() {
    find_python && return 0
    found=$(python3 --version 2>/dev/null || echo "none")
    if ! command -v python3 >/dev/null && may_install; then
        apt_install python3 python3-venv || true
        find_python && return 0
    fi
    stop "XRayDesk needs Python 3.11, 3.12 or 3.13, and found $found. Install one of these and name it:" \
        "make run PYTHON=/path/to/python3.13"
}

# Debian keeps the part of Python that makes environments in a package of its own.
need_venv() {
    "$system_python" -c 'import ensurepip, venv' 2>/dev/null && return 0
    package=$("$system_python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if may_install && apt_install "$package" && "$system_python" -c 'import ensurepip, venv' 2>/dev/null; then return 0; fi
    stop "This Python cannot make an environment yet. Please run “sudo apt-get install $package”, then the same command again."
}

# Leaves a .venv that has pip. One that an interruption left half made, or whose Python is gone, is made anew.
make_environment() {
    if [ ! -e "$unfinished" ] && fits "$python" && "$python" -m pip --version >/dev/null 2>&1; then
        : >"$unfinished"
        return 0
    fi
    need_python
    need_venv
    check_room
    mkdir -p .venv
    : >"$unfinished"
    find .venv/ -mindepth 1 -maxdepth 1 ! -name unfinished -exec rm -rf {} +
    "$system_python" -m venv .venv >.venv/venv-errors.txt 2>&1 && rm -f .venv/venv-errors.txt && return 0
    cat .venv/venv-errors.txt >&2
    stop "The environment .venv could not be made (above is what Python says)."
}
