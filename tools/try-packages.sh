#!/usr/bin/env bash
# Packs every package into a folder of its own and uses them from there as a stranger would, outside of the repository: programs, a server,
# a library for .NET 8, a single file, a trimmed program, runtimes that cannot work, and the tool. Takes some minutes and 8 GB below TMPDIR.
# Ends with "N passed, N failed"; exit code 0 only if all trials passed.
#
#   tools/try-packages.sh [--keep] [--packages FOLDER]    --keep: leave what was built; --packages: use packages that are there
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
keep='' packages=''
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=1; shift ;;
    --packages) packages=$(cd "${2:?give a folder}" && pwd); shift 2 ;;
    *) echo "unknown option '$1'; valid options are --keep and --packages FOLDER" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
if [ -n "$keep" ]; then echo "working in $work"; else trap 'rm -rf "$work"' EXIT; fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 CI=
unset MELODY_MODEL MELODY_LIBTORCH
runtime=linux-x64 passed=0 failed=0

# $1: the trial; the rest: a command that must succeed, whose output is shown where it does not
try() {
  local name=$1 start=$SECONDS code=0
  shift
  set +e # in a condition, the subshell would go on behind an error
  (set -e; "$@") >"$work/log" 2>&1
  code=$?
  set -e
  if [ "$code" -eq 0 ]; then
    passed=$((passed + 1))
    echo "passed: $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    tail -n 30 "$work/log"
    echo "FAILED: $name ($((SECONDS - start)) s)"
  fi
}

# $1: exit code, $2: what the one line of standard error must hold; the rest: the command
refuses() {
  local code=0 error
  error=$("${@:3}" 2>&1 >/dev/null </dev/null) || code=$?
  echo "exit code $code: $error"
  [ "$code" -eq "$1" ] && [[ $error == *"$2"* ]] && [ "$(wc -l <<<"$error")" -eq 1 ]
}

# $1: what the output must hold; the rest: the command
says() {
  "${@:2}" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
  cat "$work/said"
  grep -qF -- "$1" "$work/said"
}

is_sound() { [ "$(wc -c <"$1")" -gt "${2:-10000}" ]; }

pack_all() {
  local version
  version=$(grep -oP '(?<=<Version>)[^<]+' "$root/Directory.Build.props")-try # no other source has that
  for project in src/Melody.Abstractions src/Melody src/Melody.Extensions.DependencyInjection models/package src/Melody.Cli; do
    dotnet pack "$root/$project" -c Release -o "$packages" -v quiet -p:RunAnalyzers=false "-p:Version=$version" "-p:ArtifactsPath=$work/artifacts"
  done
  rm -rf "$work/artifacts"
}
if [ -z "$packages" ]; then
  packages=$work/packages
  mkdir "$packages"
  try "pack" pack_all
fi
(cd "$packages" && ls -l ./*.nupkg | awk '{ printf "%8.1f MB  %s\n", $5 / 1e6, substr($NF, 3) }')
version=$(basename "$packages"/Melody.Abstractions.*.nupkg .nupkg)
version=${version#Melody.Abstractions.}

# ours are unpacked into a cache of their own, what others made is taken from the machine's where it is there
machine=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$machine"
export NUGET_PACKAGES=$work/cache
cat >"$work/nuget.config" <<END
<configuration>
  <packageSources><add key="try" value="$packages" /></packageSources>
  <fallbackPackageFolders><add key="machine" value="$machine" /></fallbackPackageFolders>
</configuration>
END
cp -r "$root/samples" "$work/samples"
find "$work/samples" -name packages.lock.json -delete
cd "$work"

# --- a program from nothing: an untrained model, which is kept under a trained one's name for the other trials

mkdir console
cat >console/console.csproj <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Melody" Version="$version" /></ItemGroup>
</Project>
END
cat >console/Program.cs <<'END'
using System.Diagnostics;
using System.Reflection;
using Melody;
if (!typeof(TorchSharp.torch).Assembly.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled)
    throw new("TorchSharp.dll is not the repaired copy.");
using var model = MusicModel.CreateUntrained("test");
await model.SaveAsync(args[0]);
var song = await new MusicGenerator(model).GenerateAsync("calm piano, 80 bpm", new() { Seconds = 1, Seed = 1 });
song.Write(args[1]);
END
console() {
  dotnet build console -o console/out -v quiet
  dotnet console/out/console.dll "$work/tiny" "$work/console.wav"
  is_sound console.wav
  sed -i 's/"trained": *false/"trained": true/g' tiny/config.json
}
try "a console program" console

build_sample() { dotnet build "samples/$1" -o samples/out -v quiet "-p:MelodyVersion=$version"; }

# --- the samples

make_song() {
  build_sample MakeSong
  MELODY_MODEL=$work/tiny dotnet samples/out/MakeSong.dll "calm piano" song.flac 1
  is_sound song.flac
  dotnet samples/out/MakeSong.dll "calm piano" mini.wav 1 # the packaged model
  is_sound mini.wav
  test ! -e samples/out/runtimes/$runtime/native/libtorch_python.so
  refuses 2 "/nowhere" env MELODY_MODEL=/nowhere dotnet samples/out/MakeSong.dll
}
try "samples/MakeSong, with the packaged model" make_song

game_loop() {
  build_sample GameLoop
  MELODY_MODEL=$work/tiny says " s of music, " dotnet samples/out/GameLoop.dll 4 </dev/null
}
try "samples/GameLoop" game_loop

music_server() {
  build_sample MusicServer
  local server port=5837
  MELODY_MODEL=$work/tiny dotnet samples/out/MusicServer.dll --urls "http://127.0.0.1:$port" &
  server=$!
  # shellcheck disable=SC2064
  trap "kill $server" EXIT
  for _ in $(seq 60); do curl -s "127.0.0.1:$port/" >/dev/null && break || sleep 1; done
  curl -sf "127.0.0.1:$port/song?prompt=calm+piano&seconds=1&seed=1" -o served.flac
  is_sound served.flac
  curl -sf "127.0.0.1:$port/stream?prompt=calm+piano&seconds=2" -o streamed.wav
  is_sound streamed.wav
  says "give 0.01 to" curl -s "127.0.0.1:$port/song?prompt=calm+piano&seconds=-1"
}
try "samples/MusicServer" music_server

# --- a library for .NET 8 and a program that uses it, which gets model and libtorch through it

mkdir net8 net8/library net8/program
cat >net8/library/library.csproj <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Melody" Version="$version" />
    <PackageReference Include="Melody.Models.Mini" Version="$version" />
  </ItemGroup>
</Project>
END
cat >net8/library/Jukebox.cs <<'END'
using Melody;
public static class Jukebox
{
    public static async Task PlayAsync(string file)
    {
        using var model = await MusicModel.LoadAsync();
        var song = await new MusicGenerator(model).GenerateAsync("calm piano, 80 bpm", new() { Seconds = 1, Seed = 1 });
        song.Write(file);
    }
}
END
cat >net8/program/program.csproj <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
    <RollForward>Major</RollForward>
    <UseAppHost>false</UseAppHost>
  </PropertyGroup>
  <ItemGroup><ProjectReference Include="../library/library.csproj" /></ItemGroup>
</Project>
END
echo 'await Jukebox.PlayAsync(args[0]);' >net8/program/Program.cs
net8() {
  dotnet build net8/program -o net8/out -v quiet
  test -f net8/out/models/mini/config.json
  MELODY_MODEL=$work/tiny dotnet net8/out/program.dll net8.flac
  is_sound net8.flac
}
try "a library for .NET 8" net8

# --- published programs

publish() { # $1: folder; the rest: properties
  dotnet publish samples/MakeSong -r $runtime -o "$1" -v quiet "-p:MelodyVersion=$version" "${@:2}"
}
single_file() {
  publish single --no-self-contained -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true
  test ! -e single/libtorch_cpu.so
  DOTNET_BUNDLE_EXTRACT_BASE_DIR=$work/extracted MELODY_MODEL=$work/tiny single/MakeSong "calm piano" single.wav 1
  is_sound single.wav
  rm -rf extracted
}
try "a single file" single_file

trimmed() {
  publish trimmed --self-contained -p:PublishTrimmed=true -p:PublishSingleFile=true
  MELODY_MODEL=$work/tiny trimmed/MakeSong "calm piano" trimmed.wav 1
  is_sound trimmed.wav
  cmp <(tail -c +200 trimmed.wav | head -c 20000) <(tail -c +200 single.wav | head -c 20000) # the same samples
}
try "a trimmed single file" trimmed
for kind in single trimmed; do
  if [ -f $kind/MakeSong ]; then echo "  $kind: MakeSong $(du -BM --apparent-size $kind/MakeSong | cut -f1), all $(du -sBM --apparent-size --exclude=models $kind | cut -f1) without the model"; fi
done

without_libtorch() {
  rm trimmed/libtorch_cpu.so
  refuses 2 "libtorch does not load" env "MELODY_MODEL=$work/tiny" trimmed/MakeSong
}
try "a sentence where libtorch does not load" without_libtorch

without_model() {
  rm -r single/models
  refuses 2 "dotnet add package Melody.Models.Mini" single/MakeSong
}
try "a sentence where there is no model" without_model

# --- what cannot work is told at build time

check() { dotnet build samples/MakeSong --no-restore -t:_MelodyCheckRuntime "-p:MelodyVersion=$version" "$@"; }
try "a warning for linux-arm64" says "warning MELODY001" check -p:RuntimeIdentifier=linux-arm64
try "a warning for Native AOT" says "warning MELODY002" check -p:PublishAot=true

# --- the tool

tool() {
  dotnet tool install Melody.Cli --tool-path tool --version "$version" --configfile nuget.config
  says "$version" tool/melody --version
  tool/melody generate "calm piano, 80 bpm" --seconds 1 --seed 1 -o tool.flac
  is_sound tool.flac
  says '"usable":true' tool/melody doctor --json
}
try "the tool" tool
if [ -d tool ]; then echo "  installed: $(du -sm tool | cut -f1) MB"; fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
