#!/bin/sh
# The tour of docs/embedding.md as somebody would walk it, timed: clone, build, install, compile an agreement and the program, first decision.
#   usage: tour.sh [FOLDER]     works in FOLDER (a new temporary one), prints seconds after each step
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
jobs=${BEDING_JOBS:-2}
begin=$(date +%s)

step() {
    echo "$(($(date +%s) - begin)) s  $1"
}

git clone --quiet "$root" "$work/beding"
step "cloned"
cmake -S "$work/beding" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DBEDING_TESTS=OFF -DCMAKE_INSTALL_PREFIX="$work/prefix" >"$work/log" 2>&1
cmake --build "$work/build" -j "$jobs" >>"$work/log" 2>&1
step "built"
cmake --install "$work/build" >>"$work/log" 2>&1
step "installed"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name beding.pc)")
LD_LIBRARY_PATH=$(dirname "$(find "$work/prefix" -name libbeding.so)")
export PKG_CONFIG_PATH LD_LIBRARY_PATH
cp "$work/beding/examples/embed_rows.c" "$work/host.c"
"$work/prefix/bin/beding" build "$work/beding/examples/embed/dagbesteding.bdg" -o "$work/dagbesteding.bdc" 2>>"$work/log"
# shellcheck disable=SC2046
cc "$work/host.c" $(pkg-config --cflags --libs beding) -o "$work/host"
step "agreement and program compiled"
"$work/host" "$work/dagbesteding.bdc"
step "decided"
[ $# -gt 0 ] || rm -rf "$work"
