using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Training.Data;

namespace Melody.Evaluation.HeldOut;

/// <summary>A described window of a corpus with its sound.</summary>
/// <param name="Clip">In the channels of the corpus, unless it was folded to one.</param>
/// <param name="Record">What is known of it.</param>
internal sealed record HeldOutWindow(AudioClip Clip, WindowRecord Record)
{
    // between a window and another that shall not tell its sound
    private const double DistanceSeconds = 0.5;

    // of the others that are read
    private const int MostOthers = 2;

    /// <summary>Other windows of the same piece, two at most, half a second or more away; empty unless they were asked for.</summary>
    public IReadOnlyList<HeldOutWindow> Others { get; private init; } = [];

    /// <summary>Windows of a split, spread evenly over it; those that are silent are left out.</summary>
    /// <param name="corpus">At the wanted rate or a higher one.</param>
    /// <param name="split">Of which part.</param>
    /// <param name="count">How many.</param>
    /// <param name="sampleRate">Of the sound, Hz.</param>
    /// <param name="folded">Whether one channel is enough.</param>
    /// <param name="others">Whether <see cref="Others"/> are read too.</param>
    /// <exception cref="MelodyException">The split is empty, or the corpus has a lower sample rate.</exception>
    public static IReadOnlyList<HeldOutWindow> Read(
        CorpusReader corpus,
        DatasetSplit split,
        int count,
        int sampleRate,
        bool folded = false,
        bool others = false
    )
    {
        if (corpus.Plan.SampleRate < sampleRate)
            CorpusAudio.RequireRate(corpus, sampleRate);
        var windows = corpus.WindowsOf(split);
        count = Math.Min(count, windows.Count);
        var read = Enumerable
            .Range(0, count)
            .Select(i => windows[(int)((long)i * windows.Count / count)])
            .Select(place => (Place: place, Window: One(place)))
            .Where(w => w.Window.Clip.Samples.ContainsAnyExceptInRange(-1e-4f, 1e-4f))
            .Select(w => others ? w.Window with { Others = [.. OthersOf(corpus, w.Place).Select(One)] } : w.Window)
            .ToList();
        return read.Count > 0
            ? read
            : throw new MelodyException($"All windows of the split '{EnumName<DatasetSplit>.Of(split)}' are silent.");

        HeldOutWindow One(CorpusWindow window)
        {
            var clip = AudioClip.Adopt(corpus.Read(window), corpus.Plan.SampleRate, corpus.Plan.Channels);
            return new((folded ? clip.ToMono() : clip).Resample(sampleRate), corpus.Describe(window));
        }
    }

    private static IEnumerable<CorpusWindow> OthersOf(CorpusReader corpus, CorpusWindow window)
    {
        var piece = corpus.Pieces.Single(p =>
            p.Shard == window.Shard && p.FirstFrame <= window.FirstFrame && window.FirstFrame < p.FirstFrame + p.Frames
        );
        var distance = (long)(DistanceSeconds * corpus.Plan.SampleRate);
        return corpus
            .Windows()
            .Where(w => w.Shard == piece.Shard && w.FirstFrame >= piece.FirstFrame && w.FirstFrame < piece.FirstFrame + piece.Frames)
            .Where(w =>
                w.FirstFrame + w.Frames + distance <= window.FirstFrame || window.FirstFrame + window.Frames + distance <= w.FirstFrame
            )
            .Take(MostOthers);
    }

    /// <summary>Numbers of the windows in two halves that share no piece, as equal as that allows.</summary>
    public static (IReadOnlyList<int> First, IReadOnlyList<int> Second) Halves(IReadOnlyList<HeldOutWindow> windows)
    {
        var (first, second) = (new List<int>(), new List<int>());
        foreach (var piece in Enumerable.Range(0, windows.Count).GroupBy(i => windows[i].Record.PieceId))
            (first.Count <= second.Count ? first : second).AddRange(piece);
        return (first, second);
    }
}
