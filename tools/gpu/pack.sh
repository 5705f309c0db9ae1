#!/usr/bin/env bash
# Packs the tool and what it trains on for a Linux machine with a GPU that has no .NET and no package registry, only
# Python's PyTorch: files of at most 60 MB that can be carried there one by one.
#   tools/gpu/pack.sh -o FOLDER [--corpus DIR] [--encoded DIR] [--model DIR] [--run DIR]
#   --corpus DIR   a corpus (its audio is FLAC) or any folder of audio: for the first three stages
#   --encoded DIR  an encoded corpus: for semantic-lm and diffusion
#   --model DIR    the model folder that earlier parts are read from
#   --run DIR      run folders (DIR/STAGE/checkpoints) to go on with
#   --font FILE    a sound font, may be given several times: with it go FluidSynth and MMA as installed here, so that
#                  the corpus can be composed there, on its cores, in place of being carried
#   --scores DIR   MIDI scores whose melodies that corpus uses
#   --tool DIR     a published tool, in place of publishing it
#   --part-mb N    size of the files; 60 by default
# There: sh unpack.sh FOLDER, perhaps FOLDER/compose.sh HOURS, then FOLDER/run.sh STAGE MINUTES, or FOLDER/train-all.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
output= tool= megabytes=60
declare -A data=()
fonts=()

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --help|-h) usage; exit 0 ;;
    -o|--corpus|--encoded|--model|--run|--scores|--font|--tool|--part-mb)
      [ $# -ge 2 ] || { echo "$1 needs a value ('$0 --help' tells more)." >&2; exit 2; }
      case "$1" in
        -o) output=$2 ;; --font) fonts+=("$(realpath -e "$2")") ;; --tool) tool=$2 ;; --part-mb) megabytes=$2 ;;
        *) [ -d "$2" ] || { echo "The folder '$2' does not exist." >&2; exit 2; }; data[${1#--}]=$(cd "$2" && pwd) ;;
      esac
      shift 2 ;;
    *) echo "'$1' is not known here ('$0 --help' tells more)." >&2; exit 2 ;;
  esac
done
[ -n "$output" ] || { echo "Give the folder for the files with -o ('$0 --help' tells more)." >&2; exit 2; }
mkdir -p "$output"
output=$(cd "$output" && pwd)
[ -z "$(ls -A "$output")" ] || { echo "'$output' is not empty; give a new folder." >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tree/tool"
if [ -z "$tool" ]; then
  # built from a copy, for another platform than the lock files name: the repository stays as it is
  (cd "$root" && tar --create --exclude=obj --exclude=bin --exclude=packages.lock.json src build .editorconfig Directory.* global.json) |
    (mkdir "$work/source" && cd "$work/source" && tar --extract)
  dotnet publish "$work/source/src/Melody.Cli" -c Release -r linux-x64 --self-contained -v quiet --nologo -o "$work/published" -p:DebugType=none -p:RestoreLockedMode=false >&2
  tool=$work/published
fi
cp -r "$tool/." "$work/tree/tool/"

# libtorch comes from the PyTorch that is there; what only debuggers load stays here
cd "$work/tree/tool"
rm -f libtorch*.so* libc10*.so* libgomp*.so* libshm.so libaoti_custom_ops.so libbackend_with_compiler.so libjitbackend_test.so \
  libnnapi_backend.so libmscordbi.so libmscordaccore.so libcoreclrtraceptprovider.so ./*.pdb ./*.xml

# a library that such a machine may lack, with what it needs but the C and C++ libraries
native() {
  local library
  library=$(ldconfig -p 2>/dev/null | sed -n "s/.*$1 (.*x86-64.*=> //p" | head -1)
  [ -n "$library" ] || return 0
  mkdir -p native
  { echo "$library"; ldd "$library" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | grep -vE '/(libc|libm|libpthread|libdl|librt|libgomp|libstdc\+\+|libgcc_s)\.so'; } | xargs -I{} cp -L {} native/
}
native libsndfile.so.1
if [ ${#fonts[@]} -gt 0 ]; then
  native libfluidsynth.so.3
  mkdir -p "$work/tree/players/fonts"
  cp -L "${fonts[@]}" "$work/tree/players/fonts/"
  if command -v mma >/dev/null; then
    cp -L "$(command -v mma)" "$work/tree/players/"
    cp -rL /usr/share/mma "$work/tree/players/share"
  fi
fi

cd "$work/tree"
cp "$here/run.sh" "$here/train-all.sh" "$here/compose.sh" "$here/environment.sh" "$here/unpack.sh" .
for name in "${!data[@]}"; do ln -s "${data[$name]}" "$name"; done
# a run's TensorBoard files and older checkpoints are of no use there
tar --create --dereference --exclude='*/tensorboard' --exclude='*/samples' --exclude='.*.tmp' . | xz -T0 -6 | split -b "${megabytes}M" -a 3 -d - "$output/melody.tar.xz."
cp "$here/unpack.sh" "$output/"
(cd "$output" && sha256sum melody.tar.xz.* > SHA256SUMS)
ls -l "$output" | awk 'NR > 1 { print $5, $9 }'
