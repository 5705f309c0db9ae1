#!/bin/sh
# Joins files that pack.sh or run.sh has split, after comparing them with their hashes: sh unpack.sh FOLDER
# The parts and SHA256SUMS lie beside this script, or in the folder given second.
set -eu
target=${1:?Give the folder to unpack into.}
parts=${2:-$(dirname "$0")}
mkdir -p "$target"
target=$(cd "$target" && pwd)
cd "$parts"
sha256sum --check --quiet SHA256SUMS || { echo "A part is missing or damaged; carry it over again." >&2; exit 2; }
set -- *.tar*.000
expand() {
  if command -v xz >/dev/null; then xz -dc
  else python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer)'
  fi
}
case "$1" in
  *.xz.000) cat "${1%000}"??? | expand | tar --extract --directory "$target" ;;
  *) cat "${1%000}"??? | tar --extract --directory "$target" ;;
esac
