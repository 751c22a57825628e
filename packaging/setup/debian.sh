# shellcheck shell=sh
# The libraries of the system that Qt needs: looked for by their file, installed by their Debian package.

# shared library, Debian package; a second package name is the one of Debian 13 and Ubuntu 24.04 on.
qt_libraries='
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0 libglib2.0-0t64
libdbus-1.so.3 libdbus-1-3'
display_libraries='
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-shape.so.0 libxcb-shape0'

# Prints the Debian packages, one name or two a line, of the libraries in the list $1 that are not here.
missing_libraries() {
    known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null)
    echo "$1" | while read -r library packages; do
        [ -z "$library" ] && continue
        case $known in *"$library "*) ;; *) echo "$packages" ;; esac
    done
}

missing_fonts() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" -name '*.[to]tf' 2>/dev/null | head -n 1)" ] ||
        echo fonts-dejavu-core
}

missing_test_tools() {
    command -v Xvfb >/dev/null || echo xvfb
    command -v xauth >/dev/null || echo xauth
    command -v dbus-daemon >/dev/null || echo dbus
    command -v strace >/dev/null || echo strace
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() { command -v apt-get >/dev/null && as_root true 2>/dev/null; }

apt_install() {
    say "Installing from Debian: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    as_root apt-get update -qq >/dev/null 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@" >/dev/null
}

# Of each line "name [newer name]", the name that this Debian or Ubuntu knows.
known_names() {
    while read -r name newer; do
        if [ -n "$newer" ] && apt-cache show "$newer" >/dev/null 2>&1; then echo "$newer"; else echo "$name"; fi
    done
}

# Installs what is missing where it may. Where it may not, stops over what $1 (run, test) cannot do without
# and only mentions the rest.
install_system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    needed=$(missing_libraries "$qt_libraries")
    useful=$(missing_libraries "$display_libraries"; missing_fonts; [ "$1" = run ] || missing_test_tools)
    [ -z "$needed$useful" ] && return 0
    names=$(printf '%s\n' "$needed" "$useful" | grep . | known_names | tr '\n' ' ')
    # shellcheck disable=SC2086 # one word a package
    if may_install && apt_install $names; then return 0; fi
    command="sudo apt-get install --no-install-recommends $names"
    command -v apt-get >/dev/null || command="the package manager of this system; Debian calls them $names"
    [ -z "$needed" ] || stop "Libraries of the system are missing. Please install them with: $command"
    is_ready || say "Some things of the system are missing; a window on a display may need them. To install them: $command"
}
