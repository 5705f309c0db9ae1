using System.Globalization;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.SemanticTokens;
using Melody.Training.Loop;
using Melody.Training.Ranks;

namespace Melody.Training.Data;

/// <summary>Music for the semantic tokenizer and what the score says of it.</summary>
/// <param name="Audio">[batch, samples], flat.</param>
/// <param name="Notes">[batch, frames, <see cref="FrameFacts.Count"/>], flat; null where nothing is known.</param>
internal sealed record TokenizerBatch(float[] Audio, float[]? Notes);

/// <summary>Segments of any audio, of which nothing is known.</summary>
internal sealed class PlainTokenizerSegments(IBatchSource<float[]> segments) : IBatchSource<TokenizerBatch>
{
    /// <inheritdoc/>
    public TokenizerBatch Create(long index) => new(segments.Create(index), null);

    /// <inheritdoc/>
    public TokenizerBatch Create(long index, BatchShare share) => new(segments.Create(index, share), null);
}

/// <summary>Segments of the described windows of corpora, with their notes; every window is equally likely.</summary>
internal sealed class DescribedTokenizerSegments : IBatchSource<TokenizerBatch>
{
    // segments are heard up to this much quieter, as recordings are
    private const double QuietestDecibels = -12;

    private readonly IReadOnlyList<(CorpusReader Corpus, CorpusWindow Window)> _windows;
    private readonly int _batch,
        _frames,
        _hop;
    private readonly long _seed;

    /// <param name="corpora">The corpora.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="sampleRate">What the network hears, Hz.</param>
    /// <param name="hop">Samples in a token.</param>
    /// <param name="frames">Tokens in a segment; no window of the corpus may be shorter.</param>
    /// <param name="batch">Segments in a batch.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <exception cref="MelodyException">A split is empty, windows are too short, or a corpus has another sample rate.</exception>
    public DescribedTokenizerSegments(
        IReadOnlyList<CorpusReader> corpora,
        DatasetSplit split,
        int sampleRate,
        int hop,
        int frames,
        int batch,
        long seed
    )
    {
        foreach (var corpus in corpora)
            RequireFit(corpus, sampleRate, hop, frames);
        _windows = [.. corpora.SelectMany(corpus => corpus.WindowsOf(split).Select(window => (corpus, window)))];
        (_hop, _frames, _batch, _seed) = (hop, frames, batch, seed);
    }

    private static void RequireFit(CorpusReader corpus, int sampleRate, int hop, int frames)
    {
        CorpusAudio.RequireRate(corpus, sampleRate);
        if (corpus.Plan.WindowSeconds * sampleRate < (double)frames * hop)
            throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The windows of the corpus last {corpus.Plan.WindowSeconds} s, and training hears "
                        + $"{(double)frames * hop / sampleRate} s at a time; make a corpus with longer windows."
                )
            );
    }

    /// <inheritdoc/>
    public TokenizerBatch Create(long index) => Create(index, BatchShare.Whole);

    /// <inheritdoc/>
    public TokenizerBatch Create(long index, BatchShare share)
    {
        var random = BatchRandom.For(_seed, index);
        int samples = _frames * _hop,
            targets = _frames * FrameFacts.Count;
        var rows = share.Rows(_batch);
        int own = rows.End.Value - rows.Start.Value;
        var batch = new TokenizerBatch(new float[own * samples], new float[own * targets]);
        for (int row = 0; row < _batch; row++)
        {
            int b = row - rows.Start.Value;
            var (corpus, window) = _windows[random.Next(_windows.Count)];
            int channels = corpus.Plan.Channels;
            int start = random.Next(window.Frames - samples + 1);
            float gain = (float)Math.Pow(10, random.NextDouble() * QuietestDecibels / 20) / channels;
            if (b < 0 || b >= own)
                continue;
            var interleaved = corpus.Read(window);
            for (int n = 0; n < samples; n++)
            for (int c = 0; c < channels; c++)
                batch.Audio[b * samples + n] += gain * interleaved[(start + n) * channels + c];
            NoteTargets.Fill(
                corpus.Describe(window),
                (double)start / corpus.Plan.SampleRate,
                (double)_hop / corpus.Plan.SampleRate,
                batch.Notes.AsSpan(b * targets, targets)
            );
        }
        return batch;
    }
}
