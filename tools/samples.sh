#!/usr/bin/env bash
# Makes docs/samples again with the model that ships: one file for each line of prompts.tsv (name, seed, seconds, prompt)
# and a page with players.
#   tools/samples.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$root/docs/samples
html() { sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g;s/"/\&quot;/g'; }

page=$folder/.index.html.tmp
trap 'rm -f "$page"' EXIT
cat >"$page" <<'HEAD'
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Melody: samples</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
audio { width: 100% } code { font-size: .85em; color: #555 } li { margin: 1.2rem 0 } ol { padding-left: 1.5rem }
</style>
<h1>Samples</h1>
<p>Each made by the command under it, none chosen among several. What the model can and cannot do stands in
its card, <code>models/mini/README.md</code>.</p>
<ol>
HEAD
while IFS=$'\t' read -r name seed seconds prompt; do
  "${MELODY:-$root/melody}" generate "$prompt" --seconds "$seconds" --seed "$seed" -o "$folder/$name.ogg" --force "$@" </dev/null
  cat >>"$page" <<ITEM
<li>$(html <<<"$prompt")<br><audio controls preload="none" src="$name.ogg"></audio>
<br><code>./melody generate "$(html <<<"$prompt")" --seconds $seconds --seed $seed -o $name.ogg</code></li>
ITEM
done <"$folder/prompts.tsv"
echo '</ol>' >>"$page"
mv "$page" "$folder/index.html"
