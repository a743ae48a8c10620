#!/bin/sh
# Installs the Debian packages in a system that has nothing else, and uses them there as their three users would: somebody who decides
# lines, somebody who signs modules, somebody who writes a host. Then removes them, and looks that nothing is left behind.
#
#   usage: check_chroot.sh FOLDER_WITH_DEBS [CHROOT]
#
# It needs root, debootstrap and a Debian mirror: the one of this machine's apt, or BEDING_MIRROR. A CHROOT that is named is made where there is
# none and kept; otherwise one is made and thrown away. Without these it says so and ends with 77, which CTest counts as skipped.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside
set -eu

debs=${1:?usage: check_chroot.sh FOLDER_WITH_DEBS [CHROOT]}
root=${2:-}
source=$(cd "$(dirname "$0")/.." && pwd)
contract=leiden-beschermd-wonen

skip() {
    echo "skipped: $*"
    exit 77
}

[ "$(id -u)" -eq 0 ] || skip "a chroot needs root"
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
if [ -z "$root" ]; then
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
fi
if [ ! -x "$root/usr/bin/dpkg" ]; then
    command -v debootstrap >/dev/null 2>&1 || skip "no debootstrap"
    mirror=${BEDING_MIRROR:-$(apt-get indextargets --format '$(SITE) $(CODENAME)' | awk -v name="$codename" '$2 == name { print $1; exit }')}
    [ -n "$mirror" ] || skip "no mirror: set BEDING_MIRROR"
    debootstrap --variant=minbase "$codename" "$root" "$mirror" >"$root.log" 2>&1 || {
        tail -n 5 "$root.log"
        skip "debootstrap could not make a system"
    }
    rm -f "$root.log"
fi

rm -rf "$root/srv/beding"
mkdir -p "$root/srv/beding"
cp "$debs"/*.deb "$source/contracts/$contract/lines.csv" "$source/contracts/$contract/series.csv" "$source/examples/embed_minimal.c" \
    "$source/examples/embed/dagbesteding.bdg" "$source/examples/embed/embed_minimal.expected" "$root/srv/beding"
cp "$source/contracts/$contract"/*.bdg* "$root/srv/beding"
[ ! -e /etc/resolv.conf ] || cp /etc/resolv.conf "$root/etc/resolv.conf"

inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/srv/beding "$@"
}

echo "== install"
inside dpkg-query -W >"$root/srv/before"
inside sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /srv/beding/beding_*.deb' >"$root/srv/log" 2>&1 || {
    tail -n 20 "$root/srv/log"
    exit 1
}
inside dpkg-query -W >"$root/srv/after"
echo "new packages: $(diff "$root/srv/before" "$root/srv/after" | sed -n 's/^> \([^	]*\).*/\1/p' | tr '\n' ' ')"

echo "== decide, explain, sign"
inside sh -euc '
    cd /srv/beding
    beding --version
    beding build overeenkomst.bdg.md -o leiden.bdc
    beding run leiden.bdc --lines lines.csv --series series.csv --out decisions.csv --summary summary.json
    head -n 3 decisions.csv
    first=$(sed -n "2s/,/\//;2s/,.*//p" decisions.csv)
    beding explain leiden.bdc --lines lines.csv --series series.csv --line "$first" | head -n 4
    beding keygen gemeente
    beding sign leiden.bdc --secret gemeente.secret
    beding run leiden.bdc --lines lines.csv --series series.csv --require-key gemeente.pub --out again.csv --summary again.json
    cmp decisions.csv again.csv
    test -f /usr/share/man/nl/man1/beding-run.1.gz -o -n "$(find /etc/dpkg -name "*.cfg" -exec grep -l share/man {} +)"
'

echo "== a host of one's own"
inside sh -c 'apt-get install -y -qq --no-install-recommends gcc libc6-dev pkg-config /srv/beding/libbeding*.deb' >"$root/srv/log" 2>&1 || {
    tail -n 20 "$root/srv/log"
    exit 1
}
inside sh -euc '
    cd /srv/beding
    beding build dagbesteding.bdg -o dagbesteding.bdc
    gcc -std=c11 -D_POSIX_C_SOURCE=200809L embed_minimal.c $(pkg-config --cflags --libs beding) -o host
    ldd host | grep libbeding.so.0
    ./host dagbesteding.bdc | cmp - embed_minimal.expected
    gcc -std=c11 -D_POSIX_C_SOURCE=200809L embed_minimal.c $(pkg-config --cflags beding) -Wl,-Bstatic -lbeding -lffi -Wl,-Bdynamic -o host_static
    ./host_static dagbesteding.bdc | cmp - embed_minimal.expected
'

echo "== remove"
inside sh -c 'apt-get purge -y -qq beding libbeding0 libbeding-dev' >"$root/srv/log" 2>&1
left=$(find "$root/usr" "$root/etc" "$root/var/lib/dpkg/info" -name '*beding*' ! -path '*/srv/*')
[ -z "$left" ] || {
    echo "left behind: $left"
    exit 1
}
echo "good"
