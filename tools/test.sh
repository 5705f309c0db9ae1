#!/usr/bin/env bash
# Builds everything and runs every test on a fresh machine that has only the .NET SDK.
# Ends with one line, "N passed, N failed, N skipped"; exit code 0 only if tests ran and none failed.
set -euo pipefail
cd "$(dirname "$0")/.."

# Tests of native parts need these; without them they skip and say which package is missing.
bash tools/install-packages.sh

# One format for all: `dotnet csharpier format .` applies it.
dotnet tool restore >/dev/null
dotnet csharpier check .

# CSharpier leaves long strings and comments as they are.
long=$(LC_ALL=C.UTF-8 grep -rnoE --include='*.cs' --exclude-dir=obj '^.{141}' src tests bench samples | cut -d: -f1,2 || true)
if [ -n "$long" ]; then printf 'longer than 140 characters:\n%s\n' "$long" >&2; exit 1; fi

# The compiler stays in memory between projects, and goes when all is built.
UseSharedCompilation=true dotnet build Melody.slnx -c Release --nologo -v quiet
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true

# fewer garbage collections: libtorch's tensors are small to the collector but many
export DOTNET_GCgen0size=0x4000000
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run_tests PROJECT REPORT [FILTER ...]
run_tests() {
  local project=$1 report=$2
  shift 2
  "artifacts/bin/$project/release/$project" -result-junit "$results/$report.xml" -noColor "$@"
}

# Tests run one at a time in a process, since networks of neighbours would share native memory: two processes use two cores.
these=() others=()
for room in Training Corpus Cli; do
  these+=(-namespace "Melody.Tests.$room*") others+=(-namespace- "Melody.Tests.$room*")
done
code=0
if [ $# -gt 0 ]; then
  run_tests Melody.Tests all "$@" || code=$?
  run_tests Melody.Studio.Tests studio "$@" || code=$?
else
  run_tests Melody.Tests first "${these[@]}" & first=$!
  { second=0
    run_tests Melody.Tests second "${others[@]}" || second=$?
    run_tests Melody.Studio.Tests studio || second=$?
    exit "$second"; } & second=$!
  wait "$first" || code=$?
  wait "$second" || code=$?
fi

count() {
  for report in "$results"/*.xml; do
    grep -oE "<testsuites[^>]*>|<testsuite [^>]*>" "$report" | grep -oE " $1=\"[0-9]+\"" | head -1 | tr -dc '0-9\n'
  done | awk '{ sum += $1 } END { print sum + 0 }'
}
total=$(count tests) failed=$(( $(count failures) + $(count errors) )) skipped=$(count skipped)
passed=$(( total - failed - skipped ))
if [ "$passed" -eq 0 ]; then echo "no test ran" >&2; code=1; fi
if [ "$failed" -gt 0 ]; then code=1; fi
# the documentation as a site, where a broken link is an error
if [ $# -eq 0 ]; then bash tools/docs.sh || code=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
