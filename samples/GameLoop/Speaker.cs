using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GameLoop;

/// <summary>
/// The engine's audio device in this sample: a program of the system that plays 16 bit samples from its standard input. Where there is
/// none, the music is played to nobody.
/// </summary>
internal sealed class Speaker : IDisposable
{
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(0.1);

    private readonly Process? _player;
    private readonly Stream _output;
    private readonly int _rate,
        _channels;
    private long _frames;

    private Speaker(Process? player, int rate, int channels) =>
        (_player, _output, _rate, _channels) = (player, player?.StandardInput.BaseStream ?? Stream.Null, rate, channels);

    /// <summary>Starts the first player that is there.</summary>
    public static Speaker Open(int rate, int channels)
    {
        (string Name, string Arguments)[] players =
        [
            ("pw-cat", $"--playback --rate {rate} --channels {channels} --format s16 -"),
            ("paplay", $"--raw --format=s16le --rate={rate} --channels={channels}"),
            ("aplay", $"-q -t raw -f S16_LE -r {rate} -c {channels}"),
            ("play", $"-q -t raw -r {rate} -e signed -b 16 -c {channels} -"),
            ("ffplay", $"-loglevel error -nodisp -autoexit -f s16le -ar {rate} -ch_layout {(channels == 2 ? "stereo" : "mono")} -i -"),
        ];
        foreach (var (name, arguments) in players)
            try
            {
                var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true };
                return new(Process.Start(start), rate, channels);
            }
            catch (Win32Exception) { } // it is not installed
        Console.Error.WriteLine("No program that plays sound was found; the music plays to nobody.");
        return new(null, rate, channels);
    }

    /// <summary>Whether it needs samples to play on for another tenth of a second.</summary>
    public bool IsHungry(TimeSpan now) => _frames < (now + Lead).TotalSeconds * _rate;

    /// <summary>Plays samples after those before.</summary>
    /// <param name="samples">Interleaved, -1 to 1.</param>
    public void Play(ReadOnlySpan<float> samples)
    {
        _frames += samples.Length / _channels;
        Span<short> values = stackalloc short[samples.Length];
        for (int i = 0; i < samples.Length; i++)
            values[i] = (short)Math.Clamp(MathF.Round(samples[i] * short.MaxValue), short.MinValue, short.MaxValue);
        try
        {
            _output.Write(MemoryMarshal.AsBytes(values));
        }
        catch (IOException) { } // the player was closed
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _player?.WaitForExit(TimeSpan.FromSeconds(2));
        _player?.Dispose();
    }
}
