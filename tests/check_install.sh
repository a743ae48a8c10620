#!/bin/sh
# Installs the build into a folder of its own and compiles a host against it, as a user of the library would:
# with the public header and the shared library only, then the static one.
#   usage: check_install.sh CMAKE BUILD_FOLDER CC [FLAGS]
set -eu

cmake=$1
build=$2
cc=$3
shift 3

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

"$cmake" --install "$build" --prefix "$prefix" >"$prefix/log" || {
    cat "$prefix/log"
    exit 1
}
header=$(find "$prefix" -name beding.h)
shared=$(find "$prefix" -name libbeding.so)
static=$(find "$prefix" -name libbeding.a)
config=$(find "$prefix" -name beding.pc)
for file in "$header" "$shared" "$static" "$config" "$(find "$prefix" -name BedingConfig.cmake)"; do
    [ -n "$file" ] || {
        echo "not everything was installed:"
        find "$prefix" -type f
        exit 1
    }
done

# Where the command is installed, so are its manual pages, in both languages, and the description of its JSON.
if [ -n "$(find "$prefix" -path '*/bin/beding')" ]; then
    for page in '*/man/man1/beding.1' '*/man/man1/beding-run.1' '*/man/nl/man1/beding-run.1' '*/schemas/summary.json' '*/json.md'; do
        [ -s "$(find "$prefix" -path "$page")" ] || {
            echo "not installed: $page"
            exit 1
        }
    done
fi

cat >"$prefix/host.c" <<'END'
#include <beding.h>
#include <stdio.h>

int main(void)
{
    printf("%s %s\n", bd_version(), bd_status_text(BD_OK));
    return 0;
}
END
include=-I$(dirname "$header")
"$cc" -std=c11 -Wall -Wextra -Werror "$@" "$include" "$prefix/host.c" "$shared" -o "$prefix/host_shared"
LD_LIBRARY_PATH=$(dirname "$shared") "$prefix/host_shared"
# shellcheck disable=SC2046 # a list of linker flags, split on purpose
"$cc" -std=c11 -Wall -Wextra -Werror "$@" "$include" "$prefix/host.c" "$static" \
    $(sed -n 's/^Libs.private: *//p' "$config") -o "$prefix/host_static"
"$prefix/host_static"

# The ledger in a file, over either library.
cat >"$prefix/ledger.c" <<'END'
#include <beding_sqlite.h>
#include <stdio.h>

int main(int count, char **arguments)
{
    bd_ledger ledger;
    bd_error error;
    bool is_new;
    if (count != 2 || bd_ledger_sqlite_open(arguments[1], &ledger, &is_new, &error) != BD_OK) {
        puts(error.message);
        return 1;
    }
    bd_ledger_close(&ledger);
    puts(is_new ? "a new ledger" : "the ledger is there");
    return 0;
}
END
sqlite=$(find "$prefix" -name libbeding_sqlite.a)
"$cc" -std=c11 -Wall -Wextra -Werror "$@" "$include" "$prefix/ledger.c" "$sqlite" "$shared" -lsqlite3 -o "$prefix/ledger_shared"
LD_LIBRARY_PATH=$(dirname "$shared") "$prefix/ledger_shared" "$prefix/ledger.db"
# shellcheck disable=SC2046
"$cc" -std=c11 -Wall -Wextra -Werror "$@" "$include" "$prefix/ledger.c" "$sqlite" "$static" -lsqlite3 \
    $(sed -n 's/^Libs.private: *//p' "$config") -o "$prefix/ledger_static"
"$prefix/ledger_static" "$prefix/ledger.db"
