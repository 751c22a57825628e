#!/bin/sh
# Tries the packages as on a computer that has nothing: a minimal Debian without Python and without network.
#   packaging/linux/try_in_clean_root.sh [DIST] [ROOT] [SUITE]      as root; ROOT is made if it is not there
# The network is there only while apt fetches what the package depends on; everything else runs in a network of nobody.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
dist=${1:-$here/dist}
root=${2:-/tmp/xraydesk-clean-root}
suite=${3:-bookworm}
package=$(ls "$dist"/xraydesk_*_amd64.deb)
portable=$(ls "$dist"/xraydesk-*-linux-x86_64.tar.zst 2>/dev/null || true)

say() { printf '\n== %s\n' "$*"; }
# shellcheck disable=SC2329 # called by the trap
leave() {
    for place in "$root/mnt/Röntgen Stick 胸" "$root/proc" "$root/dev"; do
        mountpoint -q "$place" && umount -R -l "$place"
    done
    return 0
}
trap leave EXIT

# Runs words as the user "reader" in the root, with no network; its display is a virtual one.
inside() {
    unshare -n chroot --userspec=reader:reader "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/reader \
        LANG=C.UTF-8 /bin/sh -c "cd; $1"
}
expect() { # words, wanted exit status, what it says
    status=0
    inside "$1" >"$root/tmp/said" 2>&1 || status=$?
    sed 's/^/    /' "$root/tmp/said" | tail -n 22
    if [ "$status" != "$2" ] || grep -q Traceback "$root/tmp/said" || ! grep -q "$3" "$root/tmp/said"; then
        echo "FAILED: “$1” ended with $status instead of $2, or did not say “$3”"
        exit 1
    fi
}

[ -x "$root/bin/sh" ] || debootstrap --variant=minbase "$suite" "$root" http://deb.debian.org/debian >/dev/null
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || { mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev"; }
chroot "$root" /bin/sh -c 'command -v python3' && { echo "the root has a Python"; exit 1; }
chroot "$root" id -u reader >/dev/null 2>&1 || chroot "$root" useradd -m reader
rm -rf "${root:?}"/home/reader/* "$root/home/reader/.local" # of an earlier try
mkdir -p "$root/home/reader/films"
chroot "$root" chown -R reader: /home/reader
chroot "$root" dpkg --purge xraydesk >/dev/null 2>&1 || true

say "An older version, and what it depends on (with network)"
cp /etc/resolv.conf "$root/etc/resolv.conf"
old=$(mktemp -d)
mkdir -p "$old/DEBIAN" "$old/opt/xraydesk/_internal/old"
dpkg-deb -f "$package" Depends | sed 's/^/Depends: /' >"$old/depends"
{ printf 'Package: xraydesk\nVersion: 0.0.1\nArchitecture: amd64\nMaintainer: nobody <nobody@localhost>\nDescription: older\n'
  cat "$old/depends"; } >"$old/DEBIAN/control"
echo old >"$old/opt/xraydesk/_internal/old/file"
rm "$old/depends"
dpkg-deb --root-owner-group -b "$old" "$root/tmp/old.deb" >/dev/null
rm -r "$old"
chroot "$root" /bin/sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get update -qq &&
    apt-get install -qq -y --no-install-recommends /tmp/old.deb xvfb xauth xdotool scrot procps fonts-dejavu-core' >"$root/tmp/apt.log" 2>&1
rm "$root/etc/resolv.conf"
if chroot "$root" /bin/sh -c 'command -v python3'; then echo "a Python came along"; exit 1; fi

say "Upgrade, without network"
cp "$package" "$root/tmp/new.deb"
unshare -n chroot "$root" dpkg -i /tmp/new.deb
rm "$root/tmp/new.deb"
[ ! -e "$root/opt/xraydesk/_internal/old" ] || { echo "FAILED: the older version's files stayed"; exit 1; }
if unshare -n chroot "$root" /bin/sh -c 'ldd /opt/xraydesk/_internal/PySide6/Qt/plugins/platforms/libqxcb.so' | grep "not found"; then
    echo "FAILED: a library of the system is not declared"
    exit 1
fi

say "Self-test"
expect 'xraydesk selftest' 0 'This installation is whole'

say "The window on a virtual display opens a film"
sample=/opt/xraydesk/_internal/resources/sample/phantom.dcm
expect "xvfb-run -a -s '-screen 0 1280x800x24' sh -c '
    xraydesk $sample & program=\$!
    for second in \$(seq 90); do
        xdotool search --name XRayDesk getwindowname %@ 2>/dev/null | grep phantom && break
        sleep 1
    done
    sleep 15 # the engine reads it
    echo \"engine and workers: \$(pgrep -cP \$program)\"; scrot -o window.png; kill \$program; wait \$program'" 143 'phantom'

say "A folder is read as a batch; one file in it is broken"
inside "for n in 1 2 3; do cp $sample films/film\$n.dcm; done; head -c 4000 $sample >films/broken.dcm"
expect 'xraydesk classify films --csv table.csv; status=$?; cut -c1-100 table.csv; exit $status' 3 'broken.dcm'

say "One epoch of a training"
mkdir -p "$root/home/reader/clinic"
cp -r "${FILMS:?a folder of labelled films in FILMS}"/. "$root/home/reader/clinic/"
chroot "$root" chown -R reader: /home/reader
expect 'xraydesk train clinic --out run --preset quick --epochs 1' 0 'poch'
[ -s "$root/home/reader/run/model/model.safetensors" ] || { echo "FAILED: no model"; exit 1; }
expect 'xraydesk models install run/model && xraydesk models list' 0 'Own model'

if [ -n "$portable" ]; then
    say "The portable archive, from a mount that cannot be written, with spaces and other letters in its path"
    stick="$root/mnt/Röntgen Stick 胸"
    mkdir -p "$stick" "$root/unpacked"
    zstd -dc "$portable" | tar -x -C "$root/unpacked"
    mount --bind "$root/unpacked" "$stick"
    mount -o remount,bind,ro "$stick"
    expect '"/mnt/Röntgen Stick 胸/xraydesk/xraydesk" selftest' 0 'This installation is whole'
    umount -l "$stick"
    rm -r "$root/unpacked"
fi

say "Remove: the program goes, what belongs to the user stays"
unshare -n chroot "$root" dpkg --purge xraydesk
left=$(find "$root/opt/xraydesk" "$root/usr/bin/xraydesk" "$root/usr/share/applications/xraydesk.desktop" 2>/dev/null || true)
[ -z "$left" ] || { echo "FAILED: left behind: $left"; exit 1; }
find "$root/home/reader/.local/share/XRayDesk" -name model.safetensors | grep -q . || { echo "FAILED: the user's model is gone"; exit 1; }
say "All of it held."
