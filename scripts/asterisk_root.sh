#!/bin/sh
# Put an Asterisk of Debian sid into a folder of its own, for the tests of the telephone: Debian 12 and 13 have none.
# Nothing of this machine is changed: packages are unpacked below the folder, and the tests chroot into it (as root).
# Usage: sh scripts/asterisk_root.sh [FOLDER]   (default: /var/tmp/satupintu-asterisk; about 300 MB)
set -eu
root=${1:-/var/tmp/satupintu-asterisk}
[ -x "$root/usr/sbin/asterisk" ] && { echo "$root has an Asterisk already."; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/parts" "$work/pref" "$work/trusted"
: > "$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=${SATUPINTU_DEBIAN_MIRROR:-http://deb.debian.org/debian}
echo "deb [signed-by=$keyring] $mirror sid main" > "$work/sources.list"
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::Etc::preferencesparts="$work/pref" -o Dir::State::lists="$work/lists" \
        -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/archives" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root "$@"
}
apt update
apt install -y --download-only --no-install-recommends asterisk >/dev/null
new="$root.new"
rm -rf "$new"
mkdir -p "$new"
# Debian's folders /bin, /lib, /sbin are links into /usr: made first, as its installer does.
for name in bin sbin lib lib64; do mkdir -p "$new/usr/$name"; ln -s "usr/$name" "$new/$name"; done
for package in "$work"/archives/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$new" --keep-directory-symlink; done
mkdir -p "$new/dev" "$new/proc" "$new/tmp"
[ -e "$new/dev/null" ] || mknod -m 666 "$new/dev/null" c 1 3
[ -e "$new/dev/urandom" ] || mknod -m 444 "$new/dev/urandom" c 1 9
[ -e "$new/dev/random" ] || mknod -m 444 "$new/dev/random" c 1 8
chroot "$new" /usr/sbin/asterisk -V
mv "$new" "$root"
