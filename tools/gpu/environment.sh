# Sourced by run.sh and compose.sh, from the unpacked folder: finds libtorch and the libraries and players that were packed.
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
if [ -z "${MELODY_LIBTORCH:-}" ]; then
  MELODY_LIBTORCH=$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))') ||
    { echo "python3 has no torch; set MELODY_LIBTORCH to the torch/lib folder of a PyTorch install." >&2; exit 2; }
fi
export MELODY_LIBTORCH
export LD_LIBRARY_PATH="$here/tool/native:$MELODY_LIBTORCH${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if [ -d players ]; then
  export PATH="$here/players:$PATH" MMA_HOME="$here/players/share" MELODY_SOUNDFONTS="$here/players/fonts"
fi
chmod +x tool/Melody.Cli
