using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Melody.Cli.Shared;

/// <summary>A program of the system that plays what it is given on standard input: 16 bit samples, one channel.</summary>
internal sealed class SoundPlayer : IDisposable
{
    private readonly Process _process;
    private readonly string _name;

    private SoundPlayer(Process process, string name) => (_process, _name) = (process, name);

    /// <summary>Starts the first player that is there.</summary>
    /// <param name="sampleRate">Hz.</param>
    /// <exception cref="MelodyException">There is none.</exception>
    public static SoundPlayer Start(int sampleRate)
    {
        string rate = sampleRate.ToString(CultureInfo.InvariantCulture);
        (string Name, string Arguments)[] players =
        [
            ("pw-cat", $"--playback --rate {rate} --channels 1 --format s16 -"),
            ("paplay", $"--raw --format=s16le --rate={rate} --channels=1"),
            ("aplay", $"-q -t raw -f S16_LE -r {rate} -c 1"),
            ("play", $"-q -t raw -r {rate} -e signed -b 16 -c 1 -"),
            ("ffplay", $"-loglevel error -nodisp -autoexit -f s16le -ar {rate} -i -"),
        ];
        foreach (var (name, arguments) in players)
            try
            {
                var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, UseShellExecute = false };
                if (Process.Start(start) is { } process)
                    return new(process, name);
            }
            catch (Win32Exception) { } // it is not there
        throw new MelodyException(
            $"No program that plays sound was found; install one of {string.Join(", ", players.Select(player => player.Name))}, "
                + "or write a file with 'melody generate'."
        );
    }

    /// <summary>Plays samples; returns when the player has taken them.</summary>
    /// <exception cref="MelodyException">It has ended.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * sizeof(short)];
        for (int i = 0; i < samples.Length; i++)
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(short)), (short)Math.Clamp(MathF.Round(samples[i] * 32767), -32768, 32767));
        try
        {
            _process.StandardInput.BaseStream.Write(bytes);
        }
        catch (IOException e)
        {
            throw new MelodyException($"The player '{_name}' has ended; see whether it plays sound by itself.", e);
        }
    }

    /// <summary>Waits until all is played.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
