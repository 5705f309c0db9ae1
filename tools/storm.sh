#!/usr/bin/env bash
# A storm over one front end and several workers on a real PostgreSQL: 300 jobs of three clients, workers killed at random, the database
# restarted once. At its end: was every job done exactly once, was none lost, did clients take turns. Builds nothing.
#   tools/storm.sh [--jobs 300] [--workers 3] [--kill-every 4] [--no-kills] [--tool DLL]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=300 workers=3 every=4 tool=artifacts/bin/Melody.Cli/release/Melody.Cli.dll
while [ $# -gt 0 ]; do
  case $1 in
    --jobs) jobs=$2; shift 2 ;;
    --workers) workers=$2; shift 2 ;;
    --kill-every) every=$2; shift 2 ;;
    --no-kills) every=0; shift ;;
    --tool) tool=$2; shift 2 ;;
    *) echo "unknown option '$1'; valid options are --jobs, --workers, --kill-every, --no-kills and --tool." >&2; exit 2 ;;
  esac
done
[ -f "$tool" ] || { echo "There is no '$tool'; build it with 'dotnet build src/Melody.Cli -c Release'." >&2; exit 2; }
postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$postgres" ] || { echo "There is no PostgreSQL here: apt-get install postgresql" >&2; exit 2; }

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo $((20000 + RANDOM)); }
work=$(mktemp -d) data=$(cd /tmp && as_postgres mktemp -d /tmp/melody-storm.XXXXXX) port=$(free_port) front="" pids=()
database="postgres://melody@127.0.0.1:$port/melody"
postgres() { (cd /tmp && as_postgres "$postgres/pg_ctl" -D "$data" -w -l "$data/log" -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=" "$@" >/dev/null); }
query() { "$postgres/psql" -h 127.0.0.1 -p "$port" -U melody -d melody -qtAX -F ' ' -c "$1"; }
end() {
  kill -9 $front "${pids[@]}" 2>/dev/null || true
  postgres -m immediate stop 2>/dev/null || true
  as_postgres rm -rf "$data"
  rm -rf "$work"
}
trap end EXIT

(cd /tmp && as_postgres "$postgres/initdb" -D "$data" -U melody -A trust -E UTF8 --locale=C -N >/dev/null)
postgres start
"$postgres/createdb" -h 127.0.0.1 -p "$port" -U melody melody

common=(--database "$database" --sounds "$work/sounds" --untrained test --device cpu --threads 1)
start_worker() { dotnet "$tool" worker --lease 3 --attempts 20 "${common[@]}" >>"$work/worker.log" 2>&1 & pids[$1]=$!; disown $!; }
dotnet "$tool" serve --workers 0 --queue 10000 --port 0 --json --data "$work/data" "${common[@]}" >"$work/front.json" 2>"$work/front.log" &
front=$!
disown $front
until grep -q address "$work/front.json"; do kill -0 $front || { cat "$work/front.log" >&2; exit 1; }; sleep 0.2; done
address=$(grep -o 'http://[^"]*' "$work/front.json")
address=${address%/}

# one client after the other comes with all of its jobs
for ((i = 0; i < jobs; i++)); do
  echo "client-$((i * 3 / jobs)) {\"prompt\":\"storm $i\",\"seconds\":1,\"steps\":1,\"seed\":$i}"
done | while read -r client body; do
  curl -sf -o /dev/null -H "X-Melody-Client: $client" -H 'Content-Type: application/json' -d "$body" "$address/v1/music/generations"
done
echo "accepted: $(query 'SELECT count(*) FROM jobs')"

for ((w = 0; w < workers; w++)); do start_worker $w; done
until [ "$(query "SELECT count(*) FROM songs")" -gt 0 ]; do sleep 0.2; done
begin=$(date +%s.%N) first=$(query "SELECT count(*) FROM songs") kills=0 restarted=0 next=$SECONDS
while :; do
  read -r open done < <(query "SELECT count(*) FILTER (WHERE state IN ('Queued', 'Running')), count(*) FILTER (WHERE state = 'Done') FROM jobs" 2>/dev/null || echo "1 0")
  [ "$open" -gt 0 ] || break
  if [ "$every" -gt 0 ] && [ $SECONDS -ge $next ]; then
    next=$((SECONDS + 1 + RANDOM % (2 * every - 1))) victim=$((RANDOM % workers))
    kill -9 "${pids[$victim]}" 2>/dev/null || true
    kills=$((kills + 1))
    start_worker $victim
  fi
  if [ "$every" -gt 0 ] && [ $restarted = 0 ] && [ "$done" -ge $((jobs / 2)) ]; then
    restarted=1
    postgres -m fast stop
    sleep 1
    postgres start
    for ((w = 0; w < workers; w++)); do kill -0 "${pids[$w]}" 2>/dev/null || start_worker $w; done
  fi
  sleep 0.1
done
seconds=$(echo "$(date +%s.%N) - $begin" | bc)

echo "workers: $workers; kills: $kills; restarts of the database: $restarted"
echo "states: $(query "SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state" | paste -sd, -)"
echo "songs: $(query 'SELECT count(*) FROM songs') of $(query 'SELECT count(DISTINCT job) FROM songs') jobs"
without=$(query 'SELECT id FROM songs' | while read -r id; do [ -s "$work/sounds/$id.flac" ] || echo "$id"; done | wc -l)
echo "songs without a sound: $without"
echo "sounds without a song (swept after a day): $(( $(ls "$work/sounds" | grep -c 'flac$') - $(query 'SELECT count(*) FROM songs') ))"
echo "attempts a job: $(query 'SELECT attempts, count(*) FROM jobs GROUP BY attempts ORDER BY attempts' | paste -sd, -)"
# in the order in which jobs were begun, at any moment: how many more turns one client had than another that still waited
turns=$(query "
  WITH turn AS (SELECT client, row_number() OVER (PARTITION BY client ORDER BY begun) AS nth, row_number() OVER (ORDER BY begun) AS place FROM jobs)
  SELECT max(a.nth - 1 - (SELECT count(*) FROM turn b WHERE b.client = c.client AND b.place < a.place))
  FROM turn a, (SELECT client, max(place) AS last FROM turn GROUP BY client) c WHERE c.client <> a.client AND c.last > a.place")
echo "most turns ahead of another client: $turns"
echo "throughput: $(echo "scale=2; ($jobs - $first) / $seconds" | bc) jobs a second over $(printf '%.1f' "$seconds") s"
good=$(query "SELECT count(*) = $jobs AND bool_and(state = 'Done') FROM jobs") once=$(query "SELECT count(*) = $jobs AND count(DISTINCT job) = $jobs FROM songs")
[ "$good" = t ] && [ "$once" = t ] && [ "$without" = 0 ] && [ "$turns" -le $workers ] || { echo "The storm was not weathered." >&2; tail -5 "$work/worker.log" "$work/front.log" >&2; exit 1; }
echo "Every job was done exactly once."
