#!/usr/bin/env bash
# Loads a studio of small untrained networks: reads beside running generations, then memory over many jobs. Builds nothing.
#   tools/load.sh [--jobs 500] [--seconds 10] [--tool DLL]          needs curl, and wrk for the reads
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=500 seconds=10 tool=artifacts/bin/Melody.Cli/release/Melody.Cli.dll
while [ $# -gt 0 ]; do
  case $1 in
    --jobs) jobs=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --tool) tool=$2; shift 2 ;;
    *) echo "unknown option '$1'; valid options are --jobs, --seconds and --tool." >&2; exit 2 ;;
  esac
done
[ -f "$tool" ] || { echo "There is no '$tool'; build it with 'dotnet build src/Melody.Cli -c Release'." >&2; exit 2; }
work=$(mktemp -d) server=""
trap 'kill -9 $server 2>/dev/null; rm -rf "$work"' EXIT
dotnet "$tool" serve --port 0 --json --data "$work/data" --queue 1000 --untrained test --device cpu --threads 1 \
  >"$work/out" 2>"$work/log" &
server=$!
disown $server
until grep -q address "$work/out"; do kill -0 $server || { cat "$work/log" >&2; exit 1; }; sleep 0.2; done
address=$(grep -o 'http://[^"]*' "$work/out")
address=${address%/}
post() { # more than the queue takes is refused with 429 and asked again
  until curl -sf -o /dev/null -H "X-Melody-Client: $((RANDOM % 8))" -H 'Content-Type: application/json' \
    -d "{\"prompt\":\"load\",\"seconds\":$1,\"steps\":$2,\"seed\":$RANDOM}" "$address/v1/music/generations"; do sleep 0.2; done
}
ended() { curl -sf "$address/metrics" | awk '/^melody_jobs_total/ {sum += $2} END {print sum + 0}'; }
until_ended() { until [ "$(ended)" -ge "$1" ]; do sleep 0.3; done; }
memory() { awk '/VmRSS/ {print int($2 / 1024)}' /proc/$server/status; }

post 2 1
posted=1
until_ended $posted
song=$(curl -sf "$address/v1/songs" | grep -o '"id": *"[^"]*"' | head -1 | grep -o '[0-9a-z]\{16,\}')
if command -v wrk >/dev/null; then
  for path in /v1/songs "/v1/songs/$song/waveform" "/v1/songs/$song/audio" /health/ready; do
    idle=$(wrk -t1 -c8 -d"${seconds}s" "$address$path" | awk '/Requests\/sec/ {print $2}')
    post 120 20
    posted=$((posted + 1))
    sleep 1
    busy=$(wrk -t1 -c8 -d"${seconds}s" --latency "$address$path" | awk '/Requests\/sec/ {r=$2} /99%/ {l=$2} /Non-2xx/ {n=", "$0} END {print r, l n}')
    still=$([ "$(ended)" -lt $posted ] && echo "" || echo " (the generation ended before)")
    until_ended $posted
    echo "reads of ${path/$song/ID}: $idle a second idle; beside a generation (requests a second, 99 % within): $busy$still"
  done
else
  echo "reads: not measured, there is no wrk (apt-get install wrk)"
fi

start=$(memory)
for ((i = 1; i <= jobs; i++)); do
  post 1 1
  if [ $((i % 100)) = 0 ]; then
    until_ended $((posted + i))
    echo "after $i jobs: $(memory) MB resident ($start MB before)"
  fi
done
