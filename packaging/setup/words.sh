# shellcheck shell=sh
# How the set-up speaks: plain words, on standard error.
say() { printf 'XRayDesk: %s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
}
