using Melody.Corpus.Description;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Tests.Training;

public sealed class NoteTargetsTests
{
    private static readonly WindowRecord Window = SinePieces.Window("p", "train", 0, 10) with
    {
        Beats = [0, 0.5, 1, 1.5], Downbeats = [0, 1],
        Notes =
        [
            new(0.0, 0.2, 60, 0, 90),    // piano C, cut at the window's beginning: no onset
            new(0.1, 0.1, 45, 32, 90),   // bass A
            new(0.5, 0.3, 36, 128, 90),  // bass drum
            new(0.52, 0.02, 38, 128, 90), // snare
        ],
    };

    private static HashSet<int> Frame(float[] values, int frame) =>
        [.. Enumerable.Range(0, NoteTargets.Count).Where(i => values[frame * NoteTargets.Count + i] == 1)];

    [Fact]
    public void Frames_tell_what_the_score_says()
    {
        var values = new float[30 * NoteTargets.Count];
        NoteTargets.Fill(Window, 0, 0.04, values);
        Assert.All(values, value => Assert.True(value is 0 or 1));
        // C alone: chroma C, lowest C, piano; beat and downbeat of time 0
        Assert.Equal([0, 12, 28, 29, 30], Frame(values, 0).Order());
        // from 0.1 s, frame 2, the bass is the lowest note, and it begins there
        int bassFamily = 30 + Instruments.FamilyIndex(32);
        Assert.Equal(new[] { 0, 9, 12 + 9, 24, 30, bassFamily }.Order(), Frame(values, 2).Order());
        Assert.Equal(new[] { 0, 9, 12 + 9, 30, bassFamily }.Order(), Frame(values, 4).Order());
        Assert.Empty(Frame(values, 5));
        // 0.5 s is frame 12: bass drum and a beat; 0.52 s is frame 13: snare
        int drums = 30 + 11;
        Assert.Equal([25, 28, drums], Frame(values, 12).Order());
        Assert.Equal([26, drums], Frame(values, 13).Order());
        Assert.Empty(Frame(values, 14));
    }

    [Fact]
    public void A_later_start_moves_everything_forward()
    {
        var whole = new float[30 * NoteTargets.Count];
        var part = new float[10 * NoteTargets.Count];
        NoteTargets.Fill(Window, 0, 0.04, whole);
        NoteTargets.Fill(Window, 10 * 0.04, 0.04, part);
        Assert.Equal(whole[(10 * NoteTargets.Count)..(20 * NoteTargets.Count)], part);
    }
}
