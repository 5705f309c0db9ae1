#!/usr/bin/env bash
# Makes a model from nothing: composes a corpus, trains the five networks on it, and ends with music by the new model.
#   tools/train-all.sh --preset test -o FOLDER     a toy, minutes on two cores
#   tools/train-all.sh --preset mini -o FOLDER     the recipe of the model that ships, many hours
# Run again after an interruption, it goes on where it was. Options:
#   --hours N      music to compose (test: 0.25, mini: 40)
#   --corpus DIR   a corpus that is there already, in place of composing one
#   --seed N       of everything random; 1 by default
#   --steps N      steps of every stage, in place of the preset's
#   --prompt TEXT  what the new model plays at the end
# Anything after -- goes to every command, for example: -- --device cuda
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
melody=${MELODY:-$root/melody}
preset=test folder= hours= corpus= seed=1 steps= prompt="calm piano in A minor, 80 bpm"

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --help|-h) usage; exit 0 ;;
    --) shift; break ;;
    --preset|-o|--hours|--corpus|--seed|--steps|--prompt)
      [ $# -ge 2 ] || { echo "$1 needs a value ('$0 --help' tells more)." >&2; exit 2; }
      case "$1" in
        --preset) preset=$2 ;; -o) folder=$2 ;; --hours) hours=$2 ;; --corpus) corpus=$2 ;;
        --seed) seed=$2 ;; --steps) steps=$2 ;; --prompt) prompt=$2 ;;
      esac
      shift 2 ;;
    *) echo "'$1' is not known here ('$0 --help' tells more)." >&2; exit 2 ;;
  esac
done
[ -n "$folder" ] || { echo "Give the folder to work in with -o ('$0 --help' tells more)." >&2; exit 2; }
case "$preset" in
  test) hours=${hours:-0.25} ;;
  mini|paper) hours=${hours:-40} ;;
  *) echo "Unknown preset '$preset'; valid presets are test and mini." >&2; exit 2 ;;
esac
mkdir -p "$folder/done"
model=$folder/model encoded=$folder/encoded

# A step that was finished is not done again: what comes later was made from its result.
step() {
  local name=$1
  shift
  [ -e "$folder/done/$name" ] && return
  echo "== $name"
  local start=$SECONDS
  "$@"
  echo "   $name took $((SECONDS - start)) s"
  touch "$folder/done/$name"
}

train() {
  local stage=$1 data=$2
  shift 2
  step "$stage" "$melody" train "$stage" --preset "$preset" --corpus "$data" --run "$folder/run/$stage" -o "$model" --seed "$seed" --resume ${steps:+--steps "$steps"} "$@"
}

if [ -z "$corpus" ]; then
  bash "$root/tools/install-packages.sh"
  corpus=$folder/corpus
  command -v mma >/dev/null && grooves= || grooves=--no-mma
  step corpus "$melody" corpus build --hours "$hours" --seed "$seed" --shard-pieces 6 -o "$corpus" $grooves
fi
train autoencoder "$corpus" "$@"
train joint-embedding "$corpus" ${MELODY_WORD_VECTORS:+--word-vectors "$MELODY_WORD_VECTORS"} "$@"
train semantic-tokenizer "$corpus" "$@"
step encode "$melody" corpus encode "$corpus" --model "$model" -o "$encoded" "$@"
train semantic-lm "$encoded" "$@"
train diffusion "$encoded" "$@"
step song "$melody" generate "$prompt" --seconds 10 --seed "$seed" --model "$model" -o "$folder/song.wav" "$@"
echo "The model is in $model, and it plays $folder/song.wav."
