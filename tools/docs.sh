#!/usr/bin/env bash
# Builds the documentation as a site into artifacts/docs: the pages of docs/, the reference of the public API from the built assemblies, and that of the
# command line from the tool's own help. A link that leads nowhere is an error.
#   tools/docs.sh [--configuration Debug|Release]     what is not built yet is built first
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=Release
while [ $# -gt 0 ]; do
  case $1 in
    --configuration) configuration=${2:?give Debug or Release}; shift 2 ;;
    *) echo "unknown option '$1'; the valid option is --configuration" >&2; exit 2 ;;
  esac
done
folder=${configuration,,} source=artifacts/docs-source
library=artifacts/bin/Melody.Extensions.DependencyInjection/${folder}_net10.0
tool=artifacts/bin/Melody.Cli/$folder/Melody.Cli.dll

dotnet tool restore >/dev/null
[ -f "$library/Melody.xml" ] || dotnet build src/Melody.Extensions.DependencyInjection -c "$configuration" -f net10.0 --nologo -v quiet
[ -f "$tool" ] || dotnet build src/Melody.Cli -c "$configuration" --nologo -v quiet
rm -rf "$source" artifacts/docs
mkdir -p "$source/assemblies"
# docs/docfx.json tells of this folder, where everything has the place that it has in the repository, so that links between all of them are checked
cp -r docs docs/docfx.json ./*.md LICENSE "$source/"
cp src/Melody.Studio/Page/Assets/favicon.svg "$source/logo.svg"
for page in models/mini/README.md models/mini/reproduce.sh models/second/README.md deploy/slurm/README.md; do
  mkdir -p "$source/$(dirname "$page")" && cp "$page" "$source/$page"
done
cp "$library"/*.dll "$library"/*.xml "$source/assemblies/"
for reference in TorchSharp Google.Protobuf SkiaSharp ICSharpCode.SharpZipLib Microsoft.ML.Tokenizers NLayer Concentus NVorbis; do
  cp "$(dirname "$tool")/$reference.dll" "$source/assemblies/"
done

# a page of the command line: every verb's help, as the tool prints it
verbs() { dotnet "$tool" "$@" --help | awk '/^Commands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && NF && /^  [a-z]/ { print $1 }'; }
{
  printf '# Command line\n\nWhat `melody VERB --help` prints. Exit codes and JSON: [JSON of the tool](docs/cli-json.md).\n'
  for verb in $(verbs); do
    case $verb in
      corpus | evaluate | bench) printf '%s\n' "$verb"; for part in $(verbs "$verb"); do printf '%s %s\n' "$verb" "$part"; done ;;
      *) printf '%s\n' "$verb" ;;
    esac
  done >"$source/verbs"
  while read -r verb; do
    # shellcheck disable=SC2086
    printf '\n## melody %s\n\n```text\n%s\n```\n' "$verb" "$(dotnet "$tool" $verb --help </dev/null)"
  done <"$source/verbs"
} >"$source/cli.md"

dotnet docfx "$source/docfx.json" --logLevel warning --warningsAsErrors
echo "The site is in artifacts/docs: $(find artifacts/docs -name '*.html' | wc -l) pages."
