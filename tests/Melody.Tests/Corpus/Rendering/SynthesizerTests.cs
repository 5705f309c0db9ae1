using System.Runtime.InteropServices;
using Melody.Corpus.Midi;
using Melody.Corpus.Rendering;

namespace Melody.Tests.Corpus.Rendering;

public sealed class SynthesizerTests
{
    internal static SoundFont SmallFont()
    {
        Assert.SkipUnless(FluidSynthLibrary.IsAvailable, FluidSynthLibrary.InstallLine);
        Assert.SkipWhen(SoundFont.Installed().Count == 0, FluidSynthLibrary.InstallLine);
        return SoundFont.Installed().MinBy(font => new FileInfo(font.Path).Length)!;
    }

    private static MidiSong Song(int program, double bpm, params MidiNote[] notes) =>
        new()
        {
            Title = "test",
            Tempos = [TempoChange.FromBeatsPerMinute(0, bpm)],
            Tracks =
            [
                new()
                {
                    Channel = 0,
                    Programs = [new(0, program)],
                    Notes = notes,
                },
            ],
        };

    private static MidiSong Chords() =>
        Song(
            48,
            100,
            [
                .. Enumerable
                    .Range(0, 12)
                    .SelectMany(i => new[] { 48 + i, 64 + i, 67 + i }.Select(pitch => new MidiNote(i * 240, 300, pitch, 60 + i))),
            ]
        );

    [Fact]
    public async Task The_same_song_gives_the_same_bytes_whatever_was_played_before_and_on_any_thread()
    {
        var font = SmallFont();
        using var synth = new Synthesizer(font, new RenderSettings());
        var first = Bytes(synth.Render(Chords()));
        var other = Bytes(synth.Render(Song(19, 90, [.. Enumerable.Range(0, 60).Select(i => new MidiNote(i * 10, 4000, 36 + i, 127))])));
        Assert.NotEqual(first, other);
        Assert.Equal(first, Bytes(synth.Render(Chords())));
        var threads = Enumerable
            .Range(0, 2)
            .Select(i =>
                Task.Run(
                    () =>
                    {
                        using var mine = new Synthesizer(font, new RenderSettings());
                        return Bytes(mine.Render(Chords()));
                    },
                    TestContext.Current.CancellationToken
                )
            );
        foreach (var bytes in await Task.WhenAll(threads))
            Assert.Equal(first, bytes);
    }

    private static byte[] Bytes(Waveform waveform) =>
        [.. waveform.Channels.SelectMany(channel => MemoryMarshal.AsBytes<float>(channel).ToArray())];

    [Theory]
    [InlineData(24_000, 1, 120.0)]
    [InlineData(24_000, 1, 93.7)]
    [InlineData(44_100, 2, 171.3)]
    [InlineData(48_000, 2, 60.0)]
    public void Clicks_sound_on_the_beat(int rate, int channels, double bpm)
    {
        // Percussion channel, pitch 76: a wood block, whose sound starts at once.
        var song = new MidiSong
        {
            Tempos = [TempoChange.FromBeatsPerMinute(0, bpm)],
            Tracks =
            [
                new()
                {
                    Channel = MidiTrack.DrumChannel,
                    Notes = [.. Enumerable.Range(1, 16).Select(i => new MidiNote(i * 480, 60, 76, 110))],
                },
            ],
        };
        using var synth = new Synthesizer(SmallFont(), new RenderSettings { SampleRate = rate, Channels = channels });
        var wave = synth.Render(song);
        Assert.Equal((channels, rate), (wave.Channels.Length, wave.SampleRate));
        var signal = wave.Channels[0];
        var offsets = new List<double>();
        for (var i = 1; i <= 16; i++)
        {
            var beat = i * 60 / bpm;
            // The first sample above a tenth of the click's own peak, looked for around the beat.
            var (from, to) = ((int)((beat - 0.1) * rate), (int)((beat + 0.1) * rate));
            var peak = signal[from..to].Max(Math.Abs);
            Assert.True(peak > 0.01);
            offsets.Add((from + Array.FindIndex(signal[from..to], x => Math.Abs(x) > 0.1 * peak)) / (double)rate - beat);
        }
        Assert.All(offsets, offset => Assert.InRange(offset, -0.005, 0.005));
    }

    [Theory]
    [InlineData(45)]
    [InlineData(60)]
    [InlineData(69)]
    [InlineData(81)]
    public void The_pitch_that_sounds_is_the_pitch_that_was_written(int pitch)
    {
        using var synth = new Synthesizer(SmallFont(), new RenderSettings());
        var wave = synth.Render(Song(73, 60, new MidiNote(0, 960, pitch, 90))); // a flute
        Assert.Equal(pitch, StrongestSemitone(wave.Channels[0].AsSpan(12_000, 12_000), 24_000));
    }

    /// <summary>The semitone whose first four partials hold the most energy, by plain correlation with sine and cosine.</summary>
    private static int StrongestSemitone(ReadOnlySpan<float> signal, int rate)
    {
        var energies = new double[128];
        for (var pitch = 33; pitch < 100; pitch++)
        {
            var frequency = 440 * Math.Pow(2, (pitch - 69) / 12.0);
            for (var partial = 1; partial <= 4 && partial * frequency < rate / 2.0; partial++)
            {
                double re = 0,
                    im = 0;
                for (var n = 0; n < signal.Length; n++)
                {
                    var window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / signal.Length);
                    var phase = 2 * Math.PI * frequency * partial * n / rate;
                    re += window * signal[n] * Math.Cos(phase);
                    im += window * signal[n] * Math.Sin(phase);
                }
                energies[pitch] += Math.Sqrt(re * re + im * im) / partial;
            }
        }
        return Array.IndexOf(energies, energies.Max());
    }

    [Fact]
    public void Volume_pan_pedal_and_pitch_wheel_are_obeyed()
    {
        using var synth = new Synthesizer(SmallFont(), new RenderSettings { Channels = 2 });
        var note = new MidiNote(0, 480, 69, 100);
        double Energy(float[] x, double from, double to) => x[(int)(from * 24_000)..(int)(to * 24_000)].Sum(v => (double)v * v);
        Waveform Play(params ControlChange[] controls)
        {
            var song = Song(0, 120, note, new MidiNote(1900, 20, 30, 1));
            return synth.Render(song with { Tracks = [song.Tracks[0] with { Controls = controls }] });
        }

        var plain = Play();
        var soft = Play(new ControlChange(0, MidiController.Volume, 50));
        Assert.True(Energy(soft.Channels[0], 0, 0.5) < 0.5 * Energy(plain.Channels[0], 0, 0.5));
        var left = Play(new ControlChange(0, MidiController.Pan, 0));
        Assert.True(Energy(left.Channels[0], 0, 0.5) > 10 * Energy(left.Channels[1], 0, 0.5));
        var held = Play(new ControlChange(0, MidiController.Sustain, 127));
        Assert.True(Energy(held.Channels[0], 1.2, 1.8) > 10 * Energy(plain.Channels[0], 1.2, 1.8));
        var bent = synth.Render(
            Song(73, 60, new MidiNote(0, 960, 69, 90)) is var song
                ? song with
                {
                    Tracks = [song.Tracks[0] with { PitchBends = [new PitchBend(0, 16383)] }],
                }
                : null!
        );
        Assert.Equal(71, StrongestSemitone(bent.Channels[0].AsSpan(12_000, 12_000), 24_000));
    }

    [Fact]
    public void The_end_rings_out_and_is_not_longer_than_asked()
    {
        using var synth = new Synthesizer(SmallFont(), new RenderSettings { MaximumTailSeconds = 1 });
        var wave = synth.Render(Song(0, 120, new MidiNote(0, 480, 60, 100)));
        Assert.InRange(wave.Seconds, 0.5, 1.51);
        using var dry = new Synthesizer(SmallFont(), new RenderSettings { MaximumTailSeconds = 0 });
        Assert.Equal(0.5, dry.Render(Song(0, 120, new MidiNote(0, 480, 60, 100))).Seconds, 0.005);
    }

    [Fact]
    public void Players_of_a_line_alone_are_still_heard_after_two_seconds()
    {
        using var synth = new Synthesizer(SmallFont(), new RenderSettings());
        foreach (var program in Melody.Corpus.Composition.SmallEnsembles.Lines)
        {
            var (low, high) = Melody.Corpus.Composition.InstrumentRanges.Of(program);
            var sound = synth.Render(Song(program, 60, new MidiNote(0, 480 * 3, (low + high) / 2, 85))).Channels[0];
            Assert.True(sound.AsSpan(48_000, 2400).ToArray().Max(Math.Abs) > 0.002 * sound.Max(Math.Abs), $"program {program}");
        }
    }

    [Fact]
    public void What_cannot_be_rendered_is_refused_with_a_sentence()
    {
        var font = SmallFont();
        Assert.Throws<MelodyException>(() => new Synthesizer(font, new RenderSettings { SampleRate = 1 }));
        Assert.Throws<MelodyException>(() => new Synthesizer(font, new RenderSettings { Channels = 3 }));
        Assert.Throws<MelodyException>(() => SoundFont.Find("/no/such/font.sf2"));
        var text = Path.GetTempFileName();
        File.WriteAllText(text, "not a sound font");
        try
        {
            // a device never ends, and nothing may be made before the font is known to be one
            foreach (var path in OperatingSystem.IsWindows() ? [text] : new[] { text, "/dev/zero", "/dev/null" })
                Assert.Contains(
                    "does not load",
                    Assert.Throws<MelodyException>(() => SoundFont.Find(path)).Message,
                    StringComparison.Ordinal
                );
        }
        finally
        {
            File.Delete(text);
        }
        using var synth = new Synthesizer(font, new RenderSettings());
        Assert.Throws<MelodyException>(() => synth.Render(new MidiSong()));
    }
}
