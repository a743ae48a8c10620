#!/bin/sh
# The benchmark, as `./dev bench` runs it: run.sh BUILD-FOLDER [OPTION...]; see bench.py for the options.
set -eu
exec python3 "$(dirname "$0")/bench.py" "$@"
