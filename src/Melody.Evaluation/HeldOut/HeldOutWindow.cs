using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Training.Data;

namespace Melody.Evaluation.HeldOut;

/// <summary>A described window of a corpus with its sound.</summary>
/// <param name="Clip">One channel.</param>
/// <param name="Record">What is known of it.</param>
internal sealed record HeldOutWindow(AudioClip Clip, WindowRecord Record)
{
    /// <summary>Windows of a split, spread evenly over it; those that are silent are left out.</summary>
    /// <exception cref="MelodyException">The split is empty, or the corpus has another sample rate.</exception>
    public static IReadOnlyList<HeldOutWindow> Read(CorpusReader corpus, DatasetSplit split, int count, int sampleRate)
    {
        CorpusAudio.RequireRate(corpus, sampleRate);
        var windows = corpus.WindowsOf(split);
        count = Math.Min(count, windows.Count);
        var read = Enumerable
            .Range(0, count)
            .Select(i => windows[(int)((long)i * windows.Count / count)])
            .Select(w => new HeldOutWindow(
                AudioClip.Adopt(corpus.Read(w), corpus.Plan.SampleRate, corpus.Plan.Channels).ToMono(),
                corpus.Describe(w)
            ))
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
