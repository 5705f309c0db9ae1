#!/bin/sh
# Makes a whole model on the host, with what was packed with --font:
#   ./train-all.sh HOURS MINUTES [options of 'melody train' for every stage, for example --preset mini]
# It composes HOURS of music, trains autoencoder, joint embedding and tokenizer side by side for MINUTES, encodes, and
# trains language model and denoiser side by side for MINUTES. Each part is in back/ as soon as it is trained, split at
# 16 MB: who loses the host loses only what runs at that moment. Where a model was packed (--model), all starts from it.
#   MELODY_BACK      where parts and logs go; back/ by default
#   MELODY_LIBTORCH, MELODY_DEVICE  as for run.sh
set -eu
hours=${1:?Give the hours of music.}
minutes=${2:?Give the minutes of each of the two rounds.}
shift 2
. "$(dirname "$0")/environment.sh"
device=${MELODY_DEVICE:-cuda}
back=${MELODY_BACK:-back}
mkdir -p run "$back"
if [ -d model ] && [ ! -d start ]; then mv model start; fi
if [ -d start ]; then set -- --start-from start "$@"; fi
[ -d corpus ] || ./compose.sh "$hours"

# stage NAME PART DATA BATCH: trains and brings back; batches that a large GPU likes
stage() {
  name=$1 part=$2 data=$3 batch=$4
  shift 4
  if tool/Melody.Cli train "$name" --corpus "$data" --run "run/$name" -o model --minutes "$minutes" --resume --export --checkpoint-minutes 60 \
    --device "$device" --threads 2 --set "batch=$batch" "$@" > "$back/$name.log" 2>&1
  then
    split -b 16M -a 2 -d "model/$part.safetensors" "$back/$part.safetensors."
    cp model/*.json model/*.txt "$back/" 2>/dev/null || true
    echo "$name: done"
  else
    echo "$name: failed, see $back/$name.log" >&2
  fi
}

stage autoencoder autoencoder corpus 64 "$@" &
stage joint-embedding joint-embedding corpus 160 "$@" &
stage semantic-tokenizer semantic-tokenizer corpus 48 "$@" &
wait

# each process goes through the networks piece by piece, so many of them are needed to keep a GPU busy
processes=$(nproc)
for i in $(seq "$processes"); do
  tool/Melody.Cli corpus encode corpus --model model -o encoded --shard "$i/$processes" --device "$device" --threads 1 > "$back/encode-$i.log" 2>&1 &
done
wait
stage semantic-lm semantic-lm encoded 48 "$@" &
stage diffusion denoiser encoded 48 "$@" &
wait
ls -l "$back"
