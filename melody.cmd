@echo off
rem Runs the tool from a clone on Windows: melody generate "calm piano". Builds it first; where nothing changed that takes seconds.
setlocal
where dotnet >nul 2>nul
if errorlevel 1 (
  echo The .NET 10 SDK is not installed: https://dotnet.microsoft.com/download 1>&2
  exit /b 2
)
set DOTNET_NOLOGO=1
dotnet build "%~dp0src\Melody.Cli" -c Release -v quiet --nologo 1>&2
if errorlevel 1 exit /b 1
dotnet "%~dp0artifacts\bin\Melody.Cli\release\Melody.Cli.dll" %*
exit /b %errorlevel%
