#!/usr/bin/env bash
# usage: CORPUS=… ENCODED=… MODEL=… HOURS=… [TASKS=64] deploy/slurm/pipeline.sh: a corpus from the first note to what generators learn from
set -euo pipefail
here=$(dirname "$0")
: "${CORPUS:?}" "${ENCODED:?}" "${MODEL:?}" "${HOURS:?}"
export CORPUS ENCODED MODEL HOURS
array="--array=1-${TASKS:-64}"
build=$(sbatch --parsable "$array" "$here"/corpus-build.sbatch)
merge=$(sbatch --parsable --dependency="afterok:$build" "$here"/corpus-merge.sbatch)
encode=$(sbatch --parsable --dependency="afterok:$merge" "$array" "$here"/corpus-encode.sbatch)
CORPUS=$ENCODED sbatch --dependency="afterok:$encode" "$here"/corpus-merge.sbatch
