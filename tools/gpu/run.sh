#!/bin/sh
# Trains a stage for some minutes where no .NET is installed, against the libtorch of Python's PyTorch:
#   ./run.sh STAGE MINUTES [options of 'melody train', for example --preset mini]
# Called again, it goes on. The model, the newest checkpoint and the log end up in back/, split at 16 MB; on the other
# machine 'sh unpack.sh FOLDER back' makes FOLDER/model and FOLDER/run/STAGE of them.
#   MELODY_LIBTORCH  the torch/lib folder; asked of python3 where it is not set
#   MELODY_DEVICE    cuda by default; cpu to rehearse
set -eu
stage=${1:?Give a stage: autoencoder, joint-embedding, semantic-tokenizer, semantic-lm or diffusion.}
minutes=${2:?Give the minutes to train.}
shift 2
. "$(dirname "$0")/environment.sh"
device=${MELODY_DEVICE:-cuda}
case "$stage" in semantic-lm|diffusion) data=encoded ;; *) data=corpus ;; esac
[ -d "$data" ] || { echo "The folder '$data' is not here; pack it with --$data." >&2; exit 2; }

mkdir -p run
tool/Melody.Cli doctor
{
  tool/Melody.Cli train "$stage" --corpus "$data" --run "run/$stage" -o model --minutes "$minutes" --resume --device "$device" "$@" && code=0 || code=$?
  echo "$code" > run/code
} 2>&1 | tee -a "run/$stage.log"
read -r code < run/code
newest=$(ls "run/$stage/checkpoints/"step-*.safetensors 2>/dev/null | tail -1)
[ -n "$newest" ] || { echo "No checkpoint to bring back." >&2; exit 1; }

rm -rf back
mkdir back
set -- "$newest" "run/$stage.log"
for also in "run/$stage/written.json" "run/$stage/vocabulary.txt" "run/$stage/tensorboard" "run/$stage/samples" model; do
  if [ -e "$also" ]; then set -- "$@" "$also"; fi
done
tar --create "$@" | split -b 16M -a 3 -d - "back/$stage.tar."
(cd back && sha256sum ./*.tar.* > SHA256SUMS)
cp unpack.sh back/
echo "back/ holds $(ls back | grep -c '\.tar\.') files of at most 16 MB."
exit "$code"
