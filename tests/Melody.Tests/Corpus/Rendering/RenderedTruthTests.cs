using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Midi;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Music;

namespace Melody.Tests.Corpus.Rendering;

/// <summary>Whole pieces are rendered and the sound is held against their records, by means that know nothing of either.</summary>
public sealed class RenderedTruthTests
{
    private const int Rate = 24_000;

    private static readonly CompositionOptions Options = new()
    {
        Seed = 3,
        UseMma = false,
        PieceSeconds = 14,
    };

    private static readonly Dictionary<string, int[]> Scales = new(StringComparer.Ordinal)
    {
        ["major"] = [0, 2, 4, 5, 7, 9, 11],
        ["minor"] = [0, 2, 3, 5, 7, 8, 10],
        ["dorian"] = [0, 2, 3, 5, 7, 9, 10],
        ["phrygian"] = [0, 1, 3, 5, 7, 8, 10],
        ["lydian"] = [0, 2, 4, 6, 7, 9, 11],
        ["mixolydian"] = [0, 2, 4, 5, 7, 9, 10],
    };

    [Fact]
    public void The_chroma_of_the_sound_is_that_of_the_notes_and_of_the_key()
    {
        using var synth = new Synthesizer(SynthesizerTests.SmallFont(), new RenderSettings { SampleRate = Rate });
        var composer = new Composer(Options);
        var (inKey, keyed) = (0, 0);
        foreach (var index in Enumerable.Range(0, 16))
        {
            var piece = composer.Compose(index);
            if (piece.Kind == PieceKind.Drums || new PieceDescriber(piece, []).Windows() is not [var window, ..])
                continue; // shorter than a window
            // The kit has no chroma; everything pitched stays.
            var song = piece.Song with { Tracks = [.. piece.Song.Tracks.Where(track => !track.IsDrums)] };
            var rendered = synth.Render(song);
            var sound = (
                index % 4 == 0 ? ProductionChain.Process(rendered, ProductionDraw.Draw(piece.Seed, ProductionProfile.Natural)) : rendered
            ).Channels[0];
            var chroma = Chroma(sound.AsSpan(0, 10 * Rate));
            var expected = Expected(window.Notes);
            var likeness = Enumerable
                .Range(0, 12)
                .Select(shift => Correlation(chroma, pitch => expected[(pitch + 12 - shift) % 12]))
                .ToArray();
            Assert.True(likeness[0] > 0.75, $"{piece.Id} {piece.Style}: {likeness[0]:0.00}");
            Assert.Equal(0, Array.IndexOf(likeness, likeness.Max()));

            if (window.Mode == "none" || piece.Sections.Select(section => section.Key).Distinct().Count() > 1)
                continue;
            // Of the twelve scales of its mode the record's holds the most of the sound.
            keyed++;
            var tonic =
                "C D EF G A B".IndexOf(window.Key[0], StringComparison.Ordinal)
                + (
                    window.Key[1] switch
                    {
                        '#' => 1,
                        'b' => -1,
                        _ => 0,
                    }
                );
            var inside = Enumerable
                .Range(0, 12)
                .Select(shift => Scales[window.Mode].Sum(step => chroma[(tonic + shift + step + 12) % 12]))
                .ToArray();
            if (inside[0] >= inside.Max() - 1e-9)
                inKey++;
        }
        Assert.True(keyed >= 10 && inKey >= 0.9 * keyed, $"{inKey} of {keyed}");
    }

    // Energy by pitch class from Hann-windowed correlations with sine and cosine at every semitone from C2 to B6, in every other half
    // second.
    private static double[] Chroma(ReadOnlySpan<float> signal)
    {
        const int Length = 12_000;
        var chroma = new double[12];
        for (var pitch = 36; pitch < 96; pitch++)
        {
            var step = 2 * Math.PI * 440 * Math.Pow(2, (pitch - 69) / 12.0) / Rate;
            var (turnRe, turnIm) = (Math.Cos(step), Math.Sin(step));
            for (var start = 0; start + Length <= signal.Length; start += 2 * Length)
            {
                double re = 0,
                    im = 0,
                    phaseRe = 1,
                    phaseIm = 0;
                for (var n = 0; n < Length; n++)
                {
                    var value = signal[start + n] * (0.5 - 0.5 * Window[n]);
                    re += value * phaseRe;
                    im += value * phaseIm;
                    (phaseRe, phaseIm) = (phaseRe * turnRe - phaseIm * turnIm, phaseRe * turnIm + phaseIm * turnRe);
                }
                chroma[pitch % 12] += Math.Sqrt(re * re + im * im);
            }
        }
        return chroma;
    }

    private static readonly double[] Window = [.. Enumerable.Range(0, 12_000).Select(n => Math.Cos(2 * Math.PI * n / 12_000))];

    // What the notes lead one to expect: the fundamental and weaker partials, the third of which is a fifth above.
    private static double[] Expected(IEnumerable<NoteEvent> notes)
    {
        var chroma = new double[12];
        foreach (var note in notes.Where(note => note.Program != Instrument.DrumKit))
        foreach (var (interval, weight) in new[] { (0, 1.0), (12, 0.5), (19, 0.33), (24, 0.25), (28, 0.2) })
            if (note.Pitch + interval is >= 36 and < 96)
                chroma[(note.Pitch + interval) % 12] += weight * note.Length * note.Velocity;
        return chroma;
    }

    private static double Correlation(double[] values, Func<int, double> others)
    {
        var (x, y) = (values, Enumerable.Range(0, 12).Select(others).ToArray());
        var (mx, my) = (x.Average(), y.Average());
        double Sum(Func<int, double> term) => Enumerable.Range(0, 12).Sum(term);
        return Sum(i => (x[i] - mx) * (y[i] - my)) / Math.Sqrt(Sum(i => (x[i] - mx) * (x[i] - mx)) * Sum(i => (y[i] - my) * (y[i] - my)));
    }

    /// <summary>A composed piece whose every note is played by a wood block: each onset sounds within 5 ms of its record.</summary>
    [Theory]
    [InlineData("Dry")]
    [InlineData("LoFi")]
    public void Onsets_and_beats_of_whole_pieces_sound_when_their_records_say(string profile)
    {
        using var synth = new Synthesizer(SynthesizerTests.SmallFont(), new RenderSettings { SampleRate = Rate });
        var composer = new Composer(Options);
        var (seen, onBeats) = (0, 0);
        var longEnough = new[] { 1, 5, 13, 17, 21 }
            .Select(composer.Compose)
            .Select(piece => (Piece: piece, Windows: new PieceDescriber(piece, []).Windows()))
            .Where(made => made.Windows.Count > 0);
        foreach (var (piece, windows) in longEnough.Take(3))
        {
            var window = windows[0];
            // Strokes at least 0.15 s apart, so that each can be told from the last.
            var ticks = piece.Song.Tracks.SelectMany(track => track.Notes).Select(note => note.Start).Distinct().Order().ToList();
            var map = piece.Song.BuildTempoMap();
            var strokes = new List<long>();
            foreach (var tick in ticks)
                if (strokes.Count == 0 || map.SecondsAt(tick) - map.SecondsAt(strokes[^1]) >= 0.15)
                    strokes.Add(tick);
            var song = piece.Song with
            {
                Tracks =
                [
                    new MidiTrack { Channel = MidiTrack.DrumChannel, Notes = [.. strokes.Select(tick => new MidiNote(tick, 30, 76, 110))] },
                ],
            };
            var sound = ProductionChain
                .Process(synth.Render(song), ProductionDraw.Draw(7, Enum.Parse<ProductionProfile>(profile)) with { VinylDecibels = 0 })
                .Channels[0];
            var heard = Onsets(sound);
            foreach (var onset in window.Notes.Select(note => note.Start).Where(start => start is > 0.05 and < 9.9).Distinct())
            {
                var at = strokes.Select(tick => map.SecondsAt(tick)).MinBy(second => Math.Abs(second - onset));
                if (Math.Abs(at - onset) > 1e-6)
                    continue; // thinned out
                seen++;
                Assert.InRange(heard.Min(second => Math.Abs(second - onset)), 0, 0.005);
                if (window.Beats.Any(beat => Math.Abs(beat - onset) < 0.001))
                    onBeats++;
            }
            Assert.Equal(60 / window.Bpm, (window.Beats[^1] - window.Beats[0]) / (window.Beats.Count - 1), 0.001);
        }
        Assert.True(seen > 50 && onBeats > 20, $"{seen} onsets, {onBeats} on beats");
    }

    // Times at which the level rises from a quarter of the highest nearby to above it.
    private static List<double> Onsets(float[] signal)
    {
        var onsets = new List<double>();
        var peak = signal.Max(Math.Abs);
        for (var n = 240; n < signal.Length - 240; n++)
        {
            if (Math.Abs(signal[n]) < 0.05 * peak)
                continue;
            var before = 0f;
            for (var k = n - 240; k < n; k++)
                before = Math.Max(before, Math.Abs(signal[k]));
            var after = 0f;
            for (var k = n; k < n + 240; k++)
                after = Math.Max(after, Math.Abs(signal[k]));
            if (before > 0.2 * after)
                continue;
            onsets.Add(n / (double)Rate);
            n += 1200;
        }
        return onsets;
    }
}
