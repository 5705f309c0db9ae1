using Melody.Audio;
using Melody.Corpus.Midi;
using Melody.Corpus.Production;
using Melody.Corpus.Rendering;
using Melody.Tests.Corpus.Rendering;

namespace Melody.Tests.Corpus.Production;

public sealed class ProductionChainTests
{
    private static readonly ProductionSettings Everything = new()
    {
        TiltDecibels = -3,
        MidDecibels = 2,
        DriveDecibels = 8,
        ChorusMix = 0.4,
        CompressionRatio = 3,
        ReverbMix = 0.4,
        ReverbSeconds = 2,
        BandLowHertz = 100,
        BandHighHertz = 5000,
        WowMilliseconds = 1.5,
        VinylDecibels = 28,
        Width = 0.8,
        LoudnessLufs = -15,
        Seed = 4,
    };

    private static Waveform Music(int rate = 24_000, int channels = 1)
    {
        using var synthesizer = new Synthesizer(
            SynthesizerTests.SmallFont(),
            new RenderSettings
            {
                SampleRate = rate,
                Channels = channels,
                MaximumTailSeconds = 0.5,
            }
        );
        var notes = Enumerable.Range(0, 8).Select(i => new MidiNote(i * 240, 200, 48 + i * 7 % 24, 50 + 8 * i)).ToArray();
        return synthesizer.Render(
            new MidiSong
            {
                Tracks =
                [
                    new()
                    {
                        Channel = 0,
                        Programs = [new(0, 24)],
                        Notes = notes,
                    },
                ],
            }
        );
    }

    [Fact]
    public void It_can_be_stopped()
    {
        var noise = new Waveform(
            [
                [.. Enumerable.Range(0, 24_000).Select(n => 0.1f * MathF.Sin(n * n))],
            ],
            24_000
        );
        Assert.Throws<OperationCanceledException>(() => ProductionChain.Process(noise, Everything, new CancellationToken(canceled: true)));
    }

    private static double Lufs(Waveform waveform)
    {
        var meter = new LoudnessMeter(waveform.SampleRate, waveform.Channels.Length);
        meter.Add([.. Enumerable.Range(0, waveform.Length).SelectMany(n => waveform.Channels.Select(channel => channel[n]))]);
        return meter.Integrated;
    }

    [Theory]
    [InlineData(24_000, 1)]
    [InlineData(44_100, 2)]
    public void Loudness_and_peak_are_as_asked_and_the_same_input_gives_the_same_bytes(int rate, int channels)
    {
        var music = Music(rate, channels);
        foreach (
            var settings in new[]
            {
                new ProductionSettings { LoudnessLufs = -20 },
                Everything with
                {
                    LoudnessLufs = -14,
                    PeakDecibels = -3,
                },
            }
        )
        {
            var result = ProductionChain.Process(music, settings);
            Assert.Equal(settings.LoudnessLufs, Lufs(result), 1.0);
            Assert.True(result.Channels.Max(channel => channel.Max(Math.Abs)) <= Math.Pow(10, settings.PeakDecibels / 20));
            Assert.True(result.Channels.All(channel => channel.All(float.IsFinite)));
            var again = ProductionChain.Process(music, settings);
            for (var c = 0; c < channels; c++)
                Assert.True(result.Channels[c].AsSpan().SequenceEqual(again.Channels[c]));
        }
    }

    [Fact]
    public void Beats_stay_in_place_through_the_whole_chain()
    {
        // A click every half second, 0.2 s of sound each.
        const int rate = 24_000;
        var clicks = new float[5 * rate];
        for (var i = 1; i < 9; i++)
        for (var n = 0; n < rate / 20; n++)
            clicks[i * rate / 2 + n] = (float)(Math.Exp(-n / 200.0) * Math.Sin(2 * Math.PI * 1500 * n / rate));
        var result = ProductionChain
            .Process(new Waveform([clicks], rate), Everything with { ReverbMix = 0.2, VinylDecibels = 40, CompressionRatio = 2 })
            .Channels[0];
        for (var i = 1; i < 9; i++)
        {
            var from = i * rate / 2 - rate / 20;
            var around = result.AsSpan(from, rate / 10).ToArray();
            var peak = around.Max(Math.Abs);
            var onset = Array.FindIndex(around, x => Math.Abs(x) > 0.3 * peak) - rate / 20;
            Assert.InRange(onset / (double)rate, -0.005, 0.005);
        }
    }

    [Fact]
    public void Silence_stays_silent_and_the_input_is_not_changed()
    {
        var silence = new Waveform([new float[24_000]], 24_000);
        var result = ProductionChain.Process(silence, Everything with { VinylDecibels = 0 });
        Assert.True(result.Channels[0].All(sample => sample == 0));
        var music = Music();
        var copy = (float[])music.Channels[0].Clone();
        _ = ProductionChain.Process(music, Everything);
        Assert.True(copy.AsSpan().SequenceEqual(music.Channels[0]));
    }

    [Fact]
    public void Width_zero_makes_both_sides_equal()
    {
        var result = ProductionChain.Process(Music(48_000, 2), new ProductionSettings { Width = 0, ReverbMix = 0.3 });
        Assert.True(result.Channels[0].AsSpan().SequenceEqual(result.Channels[1]));
    }
}
