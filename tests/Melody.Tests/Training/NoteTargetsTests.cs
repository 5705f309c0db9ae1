using Melody.Corpus.Records;
using Melody.Music;
using Melody.SemanticTokens;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Tests.Training;

public sealed class NoteTargetsTests
{
    private static readonly WindowRecord Window = SinePieces.Window("p", DatasetSplit.Train, 0, 10) with
    {
        Beats = [0, 0.5, 1, 1.5],
        Downbeats = [0, 1],
        Notes =
        [
            new(0.0, 0.2, 60, 0, 90), // piano C, cut at the window's beginning: no onset
            new(0.1, 0.1, 45, 32, 90), // bass A
            new(0.5, 0.3, 36, 128, 90), // bass drum
            new(0.52, 0.02, 38, 128, 90), // snare
        ],
    };

    private static int[] Ones(float[] values, int frame) =>
        [.. Enumerable.Range(0, FrameFacts.Count).Except([Phase, Phase + 1]).Where(i => values[frame * FrameFacts.Count + i] == 1)];

    private const int Phase = 42,
        Octaves = 44,
        FirstHalf = 49,
        SecondHalf = 53,
        Melody = 69,
        MelodyOctaves = 81;

    [Fact]
    public void Frames_tell_what_the_score_says()
    {
        var values = new float[30 * FrameFacts.Count];
        NoteTargets.Fill(Window, 0, 0.04, values);
        Assert.All(values, value => Assert.InRange(value, 0, 1));
        // C alone: chroma C, lowest C, piano; beat and downbeat of time 0; key 60 begins the third octave from key 36
        int[] melody = [Melody, MelodyOctaves + 2];
        Assert.Equal([0, 12, 28, 29, 30, Octaves + 2, .. melody], Ones(values, 0));
        // from 0.1 s, frame 2, the bass is the lowest note, and it begins there
        int bassFamily = 30 + (int)Instruments.Of(32).Family;
        // 0.1 s is the middle of frame 2, whose second half it begins
        Assert.Equal([0, 9, 12 + 9, 24, 30, bassFamily, Octaves, Octaves + 2, SecondHalf, .. melody], Ones(values, 2));
        Assert.Equal([0, 9, 12 + 9, 30, bassFamily, Octaves, Octaves + 2, .. melody], Ones(values, 4));
        Assert.Empty(Ones(values, 5));
        // 0.5 s is frame 12: bass drum and a beat; 0.52 s is frame 13: snare; its family sounds for half a second
        int drums = 30 + 11;
        Assert.Equal([25, 28, drums, SecondHalf + 1], Ones(values, 12));
        Assert.Equal([26, drums, FirstHalf + 2], Ones(values, 13));
        Assert.Equal([drums], Ones(values, 14));
        Assert.Equal([28, 29, drums], Ones(values, 25));
        Assert.Empty(Ones(values, 26));
    }

    [Theory]
    [InlineData(0, 0.02 / 0.5)] // the middle of a frame, from the beat before it
    [InlineData(13, 0.04 / 0.5)]
    [InlineData(24, 0.48 / 0.5)]
    [InlineData(49, 0.48 / 0.5)] // beyond the last beat the tempo goes on
    public void The_phase_runs_from_beat_to_beat(int frame, double phase)
    {
        var values = new float[60 * FrameFacts.Count];
        NoteTargets.Fill(Window with { Bpm = 120 }, 0, 0.04, values);
        var (sine, cosine) = Math.SinCos(2 * Math.PI * phase);
        Assert.Equal((1 + cosine) / 2, values[frame * FrameFacts.Count + Phase], 1e-6);
        Assert.Equal((1 + sine) / 2, values[frame * FrameFacts.Count + Phase + 1], 1e-6);
    }

    [Fact]
    public void Groups_cover_every_target_once() =>
        Assert.Equal(
            Enumerable.Range(0, FrameFacts.Count),
            FrameFacts.Groups.OrderBy(g => g.First).SelectMany(g => Enumerable.Range(g.First, g.Count))
        );

    [Fact]
    public void A_later_start_moves_everything_forward()
    {
        var whole = new float[30 * FrameFacts.Count];
        var part = new float[10 * FrameFacts.Count];
        NoteTargets.Fill(Window, 0, 0.04, whole);
        NoteTargets.Fill(Window, 10 * 0.04, 0.04, part);
        Assert.Equal(whole[(10 * FrameFacts.Count)..(20 * FrameFacts.Count)], part);
    }
}
