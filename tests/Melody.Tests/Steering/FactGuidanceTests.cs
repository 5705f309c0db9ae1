using Melody.LanguageModel;
using Melody.Music;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Steering;
using Melody.Tests.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Tests.Steering;

/// <summary>Steering against its closed form, with tokens whose facts are set by hand.</summary>
public sealed class FactGuidanceTests
{
    private const int Codes = 16,
        Quarter = 8,
        Piano = 0,
        Drums = 11;
    private const long Nothing = 14;

    // codes 0..7 stand at eighths of the beat, code 8 + p plays pitch class p (p < 4), 12 piano, 13 drums with a snare, 14 nothing
    private static FactGuidance Make()
    {
        var config = SemanticTokenizerTests.TinyMel with { SampleRate = 1600, Codes = Codes, Readout = FrameFacts.Count };
        using var tokenizer = new SemanticTokenizer(config, ParameterFactory.Random(1));
        var facts = new float[Codes, FrameFacts.Count];
        for (int code = 0; code < Codes; code++)
            facts[code, FrameFacts.Phase] = facts[code, FrameFacts.Phase + 1] = 0.5f;
        for (int code = 0; code < 8; code++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * code / 8);
            (facts[code, FrameFacts.Phase], facts[code, FrameFacts.Phase + 1]) = ((float)(1 + cosine) / 2, (float)(1 + sine) / 2);
        }
        for (int pitch = 0; pitch < 4; pitch++)
            facts[8 + pitch, FrameFacts.Chroma + pitch] = 1;
        facts[12, FrameFacts.Families + Piano] = 1;
        facts[13, FrameFacts.Families + Drums] = facts[13, FrameFacts.Onsets + FrameFacts.Snare] = 1;
        // centres are stored normalised
        var mean = full([FrameFacts.Count], 0.25, ScalarType.Float32);
        var deviation = full([FrameFacts.Count], 2.0, ScalarType.Float32);
        tokenizer.SetStatistics(mean, deviation);
        tokenizer.SetCentres(tokenizer.Codebooks[0], (tensor(facts) - mean) / deviation);
        return FactGuidance.Of(tokenizer)!;
    }

    private static float[] Scores(MusicControls? controls, double strength = 1, params IEnumerable<long> earlier)
    {
        var scores = new float[Codes];
        Make().For(controls, [.. earlier], strength).AddTo(0, scores);
        return scores;
    }

    [Fact]
    public void Nothing_asked_for_changes_nothing() => Assert.All(Scores(null), score => Assert.Equal(0, score));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_beat_runs_at_the_tempo(int number)
    {
        // 25 tokens a second; at 150 bpm a beat lasts ten tokens
        var scores = Scores(new() { Bpm = 150 }, 2, Enumerable.Repeat(Nothing, number));
        for (int code = 0; code < 8; code++)
            Assert.Equal(2 * 1.6 * 20 * Math.Cos(2 * Math.PI * (code / 8.0 - number / 10.0)), scores[code], 1e-3);
        Assert.Equal(0, scores[Nothing], 1e-6);
    }

    [Fact]
    public void The_beat_of_earlier_music_goes_on()
    {
        // eight tokens a beat: 187.5 bpm; the music before was a quarter of a beat ahead
        long[] earlier = [.. Enumerable.Range(0, 20).Select(n => (long)(n + 2) % Quarter)];
        var scores = Scores(new() { Bpm = 187.5 }, 1, earlier);
        Assert.Equal((20 + 2) % Quarter, Array.IndexOf(scores, scores[..8].Max()));
    }

    [Theory]
    [InlineData("C major", 1.25)]
    [InlineData("A minor", 0.5)]
    public void At_first_the_tonic_gains_over_the_second_and_strange_notes_cost(string key, double gain)
    {
        var scores = Scores(new() { Key = MusicalKey.Parse(key) }, 2);
        Assert.Equal([2 * gain, 2 * 1.5 * -3.75, 0, 2 * 1.5 * -3.75], scores[8..12].Select(s => Math.Round(s - scores[10], 4)));
    }

    [Fact]
    public void A_song_that_is_plainly_in_its_key_may_leave_the_tonic()
    {
        var controls = new MusicControls { Key = MusicalKey.Parse("C major") };
        var written = Make().For(controls, [], 1);
        for (int n = 0; n < 200; n++)
            written.Observe([8]); // C
        var (atFirst, after, continued) = (Scores(controls), new float[Codes], Scores(controls, 1, Enumerable.Repeat(8L, 200)));
        written.AddTo(0, after);
        Assert.Equal(after, continued);
        Assert.True(
            after[8] - after[10] < (atFirst[8] - atFirst[10]) / 2,
            $"{after[8] - after[10]} after, {atFirst[8] - atFirst[10]} before"
        );
    }

    [Fact]
    public void Instruments_are_wanted_refused_or_alone()
    {
        // at first each of 12 families is as likely as the others
        var scores = Scores(
            new()
            {
                Instruments = new(new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, new HashSet<InstrumentFamily>(), Alone: false),
            },
            2
        );
        Assert.Equal(2 * (1 + 18 * 11 / 12.0), scores[12], 1e-5);
        Assert.Equal(0, scores[13]);
        scores = Scores(
            new()
            {
                Instruments = new(new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, new HashSet<InstrumentFamily>(), Alone: true),
            }
        );
        Assert.Equal(1 + 18 * 11 / 12.0, scores[12], 1e-5);
        Assert.Equal(-1 - 1.5 - 18 / 12.0, scores[13], 1e-5); // another family, and its stroke
        Assert.Equal(-2, scores[14]); // silence
        scores = Scores(
            new()
            {
                Instruments = new(new HashSet<InstrumentFamily>(), new HashSet<InstrumentFamily> { InstrumentFamily.Drums }, Alone: false),
            }
        );
        Assert.Equal((0.0, -4.5, 0.0), (scores[12], scores[13], scores[14])); // nothing has to sound
    }

    [Fact]
    public void An_instrument_that_is_plainly_heard_is_rewarded_less()
    {
        var controls = new MusicControls
        {
            Instruments = new(new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, new HashSet<InstrumentFamily>(), Alone: true),
        };
        var written = Make().For(controls, [], 1);
        for (int n = 0; n < 200; n++)
            written.Observe([12]);
        var (atFirst, after, continued) = (Scores(controls), new float[Codes], Scores(controls, 1, Enumerable.Repeat(12L, 200)));
        written.AddTo(0, after);
        Assert.Equal(after, continued);
        Assert.True(after[12] > 0 && after[12] < atFirst[12] / 10, $"{after[12]} after, {atFirst[12]} before");
    }

    [Fact]
    public void Each_codebook_is_steered_by_what_it_tells_and_the_beat_is_heard_from_the_one_that_tells_it()
    {
        // harmony tells pitch class c of code c, beats the eighth of code c, timbre the family of code c
        var config = SemanticTokenizerTests.TinyMel with
        {
            SampleRate = 1600,
            Readout = FrameFacts.Count,
            Codebooks =
            [
                new()
                {
                    Name = "harmony",
                    Codes = 12,
                    Facts = ["chroma"],
                },
                new()
                {
                    Name = "attacks",
                    Codes = 8,
                    Facts = ["phase"],
                },
                new()
                {
                    Name = "timbre",
                    Codes = 12,
                    Facts = ["families"],
                },
            ],
        };
        using var tokenizer = new SemanticTokenizer(config, ParameterFactory.Random(1));
        using var scope = NewDisposeScope();
        tokenizer.SetStatistics(zeros(FrameFacts.Count), ones(FrameFacts.Count));
        tokenizer.SetCentres(tokenizer.Codebooks[0], eye(12));
        var angles = arange(8, ScalarType.Float32) * (2 * Math.PI / 8);
        tokenizer.SetCentres(tokenizer.Codebooks[1], stack([(1 + angles.cos()) / 2, (1 + angles.sin()) / 2], -1));
        tokenizer.SetCentres(tokenizer.Codebooks[2], eye(12));
        var guidance = FactGuidance.Of(tokenizer)!;
        var controls = new MusicControls
        {
            Key = MusicalKey.Parse("C major"),
            Bpm = 187.5, // an eighth of a beat a frame at 25 frames a second
            Instruments = new(new HashSet<InstrumentFamily> { (InstrumentFamily)Piano }, new HashSet<InstrumentFamily>(), Alone: true),
        };
        float[] Scores(int book, params long[] earlier)
        {
            var scores = new float[book == 1 ? 8 : 12];
            guidance.For(controls, earlier, 1).AddTo(book, scores);
            return scores;
        }
        var harmony = Scores(0);
        Assert.True(harmony[0] > harmony[1] && harmony[7] > harmony[6]);
        Assert.Equal(0, Array.IndexOf(Scores(1), Scores(1).Max()));
        Assert.Equal(
            3,
            Array.IndexOf(Scores(1, 0, 0, Piano, 0, 1, Piano, 0, 2, Piano), Scores(1, 0, 0, Piano, 0, 1, Piano, 0, 2, Piano).Max())
        );
        Assert.Equal(Piano, Array.IndexOf(Scores(2), Scores(2).Max()));
        // neither key nor beat moves the choice of instruments
        var instrumentsOnly = new float[12];
        guidance.For(new() { Instruments = controls.Instruments }, [], 1).AddTo(2, instrumentsOnly);
        Assert.Equal(instrumentsOnly, Scores(2));
    }

    [Fact]
    public void Strokes_in_halves_of_a_frame_and_the_pitch_of_the_melody_are_steered_too()
    {
        // attacks: code 0 nothing, 1 a snare in the second half; melody: pitch class c of code c
        var config = SemanticTokenizerTests.TinyMel with
        {
            SampleRate = 1600,
            Readout = FrameFacts.Count,
            Codebooks =
            [
                new()
                {
                    Name = "attacks",
                    Codes = 2,
                    Facts = ["halves"],
                },
                new()
                {
                    Name = "melody",
                    Codes = 12,
                    Facts = ["melody"],
                },
            ],
        };
        using var tokenizer = new SemanticTokenizer(config, ParameterFactory.Random(1));
        using var scope = NewDisposeScope();
        tokenizer.SetStatistics(zeros(FrameFacts.Count), ones(FrameFacts.Count));
        var attacks = zeros(2, 8);
        attacks[1, FrameFacts.OnsetKinds + FrameFacts.Snare] = 1;
        tokenizer.SetCentres(tokenizer.Codebooks[0], attacks);
        tokenizer.SetCentres(tokenizer.Codebooks[1], cat([eye(12), zeros(12, FrameFacts.OctaveCount)], 1));
        var guidance = FactGuidance.Of(tokenizer)!;
        float[] strokes = new float[2],
            pitches = new float[12];
        var controls = new MusicControls
        {
            Key = MusicalKey.Parse("C major"),
            Instruments = new(new HashSet<InstrumentFamily>(), new HashSet<InstrumentFamily> { InstrumentFamily.Drums }, Alone: false),
        };
        guidance.For(controls, [], 1).AddTo(0, strokes);
        guidance.For(controls, [], 1).AddTo(1, pitches);
        Assert.Equal((0.0f, -1.5f), (strokes[0], strokes[1]));
        Assert.True(pitches[0] > pitches[1] && pitches[7] > pitches[6]);
    }

    [Fact]
    public void A_tokenizer_without_a_readout_has_none()
    {
        using var tokenizer = new SemanticTokenizer(SemanticTokenizerTests.TinyMel, ParameterFactory.Random(1));
        Assert.Null(FactGuidance.Of(tokenizer));
    }

    [Fact]
    public void Sampling_follows_and_repeats_itself()
    {
        using var model = new SemanticLanguageModel(
            new()
            {
                Layers = 1,
                Width = 16,
                Heads = 2,
                FeedForward = 16,
                SemanticCodes = Codes,
                PrefixCodes = 4,
                PrefixLevels = 2,
                Controls = true,
            },
            ParameterFactory.Random(1)
        );
        long[] Written(double steering) =>
            new SemanticSampler(model, Make()).Generate(
                [
                    new()
                    {
                        Prefix = [],
                        Controls = new() { Key = MusicalKey.Parse("C major"), Bpm = 187.5 },
                        Seed = 3,
                    },
                ],
                80,
                new() { Steering = steering / 2.5 },
                cancellation: TestContext.Current.CancellationToken
            )[0];
        var (free, steered) = (Written(0), Written(4));
        Assert.NotEqual(free, steered);
        Assert.Equal(steered, Written(4));
        int OnTheBeat(long[] tokens) => tokens.Where((token, n) => token == n % Quarter).Count();
        Assert.True(OnTheBeat(steered) > 60 && OnTheBeat(free) < 30, $"{OnTheBeat(steered)} and {OnTheBeat(free)} of 80");
    }
}
