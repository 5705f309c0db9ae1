using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Quantization;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// The last part of the semantic tokenizer's training: k-means on the normalised output of the tapped layer, or on the
/// probabilities of its readout or what the score says in their place, each kind of them scaled to its share of the whole variance.
/// </summary>
internal static class CentreFitting
{
    private const int SecondsAtOnce = 40;

    /// <summary>
    /// Sets the tokenizer's statistics and centres; returns the mean squared distance as a share of that to a single centre.
    /// </summary>
    /// <param name="tokenizer">With a trained trunk.</param>
    /// <param name="audio">Music; places in it are drawn at its own level.</param>
    /// <param name="corpora">Where it comes from; their scores are used where the tokenizer has tokens of scores.</param>
    /// <param name="options">How much music, how many passes.</param>
    /// <param name="seed">Decides places and start.</param>
    /// <param name="cancellation">Ends between two pieces of music or two passes.</param>
    /// <exception cref="MelodyException">There is too little music for so many centres.</exception>
    public static double Fit(
        SemanticTokenizer tokenizer,
        IAudioCollection audio,
        IReadOnlyList<CorpusReader> corpora,
        SemanticTokenizerTrainingOptions options,
        long seed,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        tokenizer.eval();
        var features = tokenizer.Config.ScoreTokens
            ? Written(tokenizer.Config, corpora, options.CentreFrames, seed, cancellation)
            : Heard(tokenizer, audio, options.CentreFrames, seed, cancellation);
        var (mean, deviation) = (features.mean([0]), features.std(0, unbiased: false).clamp_min(1e-5));
        if (tokenizer.Readout is not null)
            deviation = ByShare(deviation, options.NoteShares);
        tokenizer.SetStatistics(mean, deviation);
        var normalized = (features - mean) / deviation;
        double left = 0;
        foreach (var book in tokenizer.Codebooks)
        {
            var values = tokenizer.Part(normalized, book);
            var result = KMeans.Fit(values, book.Codes, new() { Iterations = options.CentrePasses, Seed = (ulong)seed }, cancellation);
            tokenizer.SetCentres(book, result.Centres);
            left += result.MeanSquaredDistance;
        }
        return left / normalized.var(0, unbiased: false).sum().item<float>();
    }

    // what to divide by, so that the variances of each group of targets add up to its share
    private static Tensor ByShare(Tensor deviation, IReadOnlyList<double> shares)
    {
        var groups = FrameFacts.Groups.Where(group => group.First + group.Count <= deviation.shape[0]).ToArray();
        if (shares.Count != groups.Length || shares.Any(share => !(share > 0)))
            throw new MelodyException($"noteShares holds {shares.Count} numbers; give {groups.Length}, each above 0.");
        return cat([
            .. groups.Zip(shares, (group, share) =>
                (deviation.narrow(0, group.First, group.Count).square().sum() / share).sqrt().expand(group.Count)
            ),
        ]);
    }

    // what scores say, [frames, readout]
    private static Tensor Written(
        SemanticTokenizerConfig config,
        IReadOnlyList<CorpusReader> corpora,
        int frames,
        long seed,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        var facts = new ScoreFacts(config);
        var windows = corpora.SelectMany(corpus => corpus.WindowsOf(DatasetSplit.Train).Select(window => (corpus, window))).ToArray();
        List<Tensor> parts = [];
        long count = 0;
        foreach (int index in new CounterRandom((ulong)seed).Permutation(windows.Length))
        {
            cancellation.ThrowIfCancellationRequested();
            var (corpus, window) = windows[index];
            var record = corpus.Describe(window);
            if (record.Notes.Count == 0 || record.Estimated)
                continue;
            var sound = AudioClip.Adopt(corpus.Read(window), corpus.Plan.SampleRate, corpus.Plan.Channels).ToMono().Samples.ToArray();
            int whole = sound.Length / config.Hop;
            parts.Add(tensor(facts.Of(record, tensor(sound, [1, sound.Length]), whole), [whole, FrameFacts.Count]));
            count += whole;
            if (count >= frames)
                break;
        }
        if (count == 0)
            throw new MelodyException(
                "Tokens of scores need a corpus whose notes are known; compose or import one, or set scoreTokens off."
            );
        return cat(parts).narrow(1, 0, config.Readout).contiguous().MoveToOuterDisposeScope();
    }

    // [frames, width]
    private static Tensor Heard(SemanticTokenizer tokenizer, IAudioCollection audio, int frames, long seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        long end = 0;
        var ends = Enumerable.Range(0, audio.Count).Select(piece => end += audio.Samples(piece)).ToArray();
        List<Tensor> parts = [];
        long count = 0;
        for (long number = 0; count < frames; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var random = BatchRandom.For(seed, number);
            int piece = BatchRandom.Find(ends, random.NextInt64(end));
            long samples = Math.Min(audio.Samples(piece), (long)SecondsAtOnce * audio.SampleRate);
            if (samples < tokenizer.Config.Hop)
                continue;
            var heard = new float[samples];
            audio.Read(piece, random.NextInt64(audio.Samples(piece) - samples + 1), heard);
            var embedded = tokenizer.Embed(tensor(heard, [1, heard.Length]), cancellation).squeeze(0);
            parts.Add(embedded.MoveToOuterDisposeScope());
            count += embedded.shape[0];
        }
        return cat(parts).MoveToOuterDisposeScope();
    }
}
