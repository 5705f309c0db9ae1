#!/usr/bin/env bash
# Installs the Debian packages of tools/debian-packages.txt that are missing, where it may; elsewhere it does nothing.
set -euo pipefail
command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || exit 0
packages=$(grep -vE '^\s*(#|$)' "$(dirname "$0")/debian-packages.txt")
missing=$(for p in $packages; do dpkg -s "$p" >/dev/null 2>&1 || echo "$p"; done)
[ -n "$missing" ] || exit 0
(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing) >/dev/null 2>&1 \
  || echo "Some Debian packages could not be installed: $(echo $missing)" >&2
