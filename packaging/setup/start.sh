#!/bin/sh
# Opens the window with the films named; without a display, reads one film headless and saves a picture of the window.
set -eu

cd -- "$(dirname -- "$0")/../.."

# Whether a display answers, as far as its socket tells; a display elsewhere (ssh -X) is taken at its word.
has_display() {
    [ "$(uname -s)" = Linux ] || return 0
    case ${QT_QPA_PLATFORM:-} in offscreen | minimal) return 1 ;; esac
    [ -n "${WAYLAND_DISPLAY:-}" ] && [ -S "${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY" ] && return 0
    case ${DISPLAY:-} in
        "") return 1 ;;
        :*)
            number=${DISPLAY#:}
            number=${number%%.*}
            [ -S "/tmp/.X11-unix/X$number" ] || grep -qs "@/tmp/.X11-unix/X$number\$" /proc/net/unix
            ;;
    esac
}

if has_display; then
    exec .venv/bin/python -m xraydesk "$@"
fi
export QT_QPA_PLATFORM=offscreen
exec .venv/bin/python -m xraydesk --headless "$@"
