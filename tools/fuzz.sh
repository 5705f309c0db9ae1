#!/usr/bin/env bash
# Gives every reader of bytes hostile inputs; tests/Melody.Fuzz/README.md says how to read the findings.
# usage: tools/fuzz.sh [--reader NAME...] [--count N] [--seed S] [--seconds S] [--time S] [--findings FOLDER] [--replay FILE...]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dotnet build "$root/tests/Melody.Fuzz" -c Release --nologo -v quiet
exec "$root/artifacts/bin/Melody.Fuzz/release/Melody.Fuzz" "$@"
