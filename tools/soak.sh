#!/usr/bin/env bash
# Uses the model for a long time in every way a host does, and kills the tool again and again, with figures of memory.
# usage: tools/soak.sh [MINUTES of each of the four loops, 15 when not given] [--songs N] [--threads N]
# Ends with a table; exit code 0 only if memory stayed within 100 MB of its level after warm-up and every kill left whole files only.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
minutes=15 songs=500 threads=1
while [ $# -gt 0 ]; do
  case $1 in
    --songs) songs=$2; shift 2 ;;
    --threads) threads=$2; shift 2 ;;
    *) minutes=$1; shift ;;
  esac
done
dotnet build "$root/tests/Melody.Soak" -c Release --nologo -v quiet
dotnet build "$root/src/Melody.Cli" -c Release --nologo -v quiet
soak="$root/artifacts/bin/Melody.Soak/release/Melody.Soak" tool="$root/artifacts/bin/Melody.Cli/release/Melody.Cli"
code=0 table=()

for loop in batch stream concurrent; do
  count=$([ $loop = batch ] && echo "$songs" || echo 1000000)
  warm=$([ $loop = batch ] && echo 10 || echo 3)
  last=$("$soak" $loop --minutes "$minutes" --count "$count" --warm-up "$warm" --threads "$threads" | tee /dev/stderr | tail -n 2) || code=1
  table+=("$last")
done

# A killed run leaves no file under the name of its music, and the next run clears what it left under temporary names.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
end=$((SECONDS + $(printf '%.0f' "$(echo "$minutes * 60" | bc)"))) kills=0 broken=0
while [ $SECONDS -lt $end ]; do
  "$tool" generate piano --seconds 2 --steps 2 --threads "$threads" --seed $kills -o "$folder/song.wav" --force -q >/dev/null 2>&1 &
  pid=$!
  sleep "$(( RANDOM % 6 )).$(( RANDOM % 10 ))"
  kill -9 $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  kills=$((kills + 1))
  if [ -e "$folder/song.wav" ] && ! "$tool" info "$folder/song.wav" >/dev/null; then broken=$((broken + 1)); fi
done
"$tool" generate piano --seconds 2 --steps 2 --threads "$threads" --seed 1 -o "$folder/song.wav" --force -q >/dev/null 2>&1
left=$(find "$folder" -type f ! -name song.wav | wc -l)
table+=("kill: $kills runs, $broken broken files, $left files left behind")
if [ $((broken + left)) -gt 0 ]; then code=1; fi

printf '\n'
printf '%s\n' "${table[@]}"
exit $code
