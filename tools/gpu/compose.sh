#!/bin/sh
# Composes and renders the corpus on the host, on all of its cores, in place of carrying it there:
#   ./compose.sh HOURS [options of 'melody corpus build', for example --seed 2 or --jobs 12]
# Pack with --font (and --scores) for it. The corpus is in corpus/, where run.sh looks for it.
set -eu
hours=${1:?Give the hours of music.}
shift
. "$(dirname "$0")/environment.sh"
[ -d players ] || { echo "There are no players here; pack with --font." >&2; exit 2; }
if [ -d scores ]; then set -- --scores scores "$@"; fi
# small shards, so that the cores finish together
exec tool/Melody.Cli corpus build --hours "$hours" --shard-pieces 4 -o corpus "$@"
