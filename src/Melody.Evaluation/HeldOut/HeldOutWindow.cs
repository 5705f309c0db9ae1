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
    /// <summary>Windows of a split, spread evenly over it; those that are silent are left out.</summary>
    /// <param name="corpus">At the wanted rate or a higher one.</param>
    /// <param name="split">Of which part.</param>
    /// <param name="count">How many.</param>
    /// <param name="sampleRate">Of the sound, Hz.</param>
    /// <param name="folded">Whether one channel is enough.</param>
    /// <exception cref="MelodyException">The split is empty, or the corpus has a lower sample rate.</exception>
    public static IReadOnlyList<HeldOutWindow> Read(CorpusReader corpus, DatasetSplit split, int count, int sampleRate, bool folded = false)
    {
        if (corpus.Plan.SampleRate < sampleRate)
            CorpusAudio.RequireRate(corpus, sampleRate);
        var windows = corpus.WindowsOf(split);
        count = Math.Min(count, windows.Count);
        var read = Enumerable
            .Range(0, count)
            .Select(i => windows[(int)((long)i * windows.Count / count)])
            .Select(w =>
            {
                var clip = AudioClip.Adopt(corpus.Read(w), corpus.Plan.SampleRate, corpus.Plan.Channels);
                return new HeldOutWindow((folded ? clip.ToMono() : clip).Resample(sampleRate), corpus.Describe(w));
            })
            .Where(w => w.Clip.Samples.ContainsAnyExceptInRange(-1e-4f, 1e-4f))
            .ToList();
        return read.Count > 0
            ? read
            : throw new MelodyException($"All windows of the split '{EnumName<DatasetSplit>.Of(split)}' are silent.");
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
