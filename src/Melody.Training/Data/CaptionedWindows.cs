using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Training.Loop;
using Melody.Training.Ranks;

namespace Melody.Training.Data;

/// <summary>Music and words that belong together.</summary>
/// <param name="Audio">[batch, samples], flat.</param>
/// <param name="Texts">One a window of the whole batch.</param>
/// <param name="Windows">Windows whose audio is here: all, or those of one rank.</param>
internal sealed record CaptionedBatch(float[] Audio, string[] Texts, int Windows);

/// <summary>
/// Described windows of a corpus with one of their texts, a caption or the tags at random (paper section 1). A batch
/// takes its windows from different pieces while there are enough.
/// </summary>
internal sealed class CaptionedWindows : IBatchSource<CaptionedBatch>
{
    private const int Draws = 8;

    // windows are heard up to this much quieter, as recordings are
    private const double QuietestDecibels = -10;

    private readonly CorpusReader _corpus;
    private readonly IReadOnlyList<CorpusWindow> _windows;
    private readonly int _batch,
        _samples;
    private readonly double _tagShare;
    private readonly long _seed;

    /// <param name="corpus">The corpus.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="sampleRate">What the network hears, Hz.</param>
    /// <param name="samples">Samples of a window; shorter ones are played again from their start.</param>
    /// <param name="tagShare">Probability that the text is the list of tags.</param>
    /// <param name="batch">Windows in a batch.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <exception cref="MelodyException">The split is empty, or the corpus has another sample rate.</exception>
    public CaptionedWindows(CorpusReader corpus, DatasetSplit split, int sampleRate, int samples, double tagShare, int batch, long seed)
    {
        CorpusAudio.RequireRate(corpus, sampleRate);
        (_corpus, _windows, _samples, _tagShare, _batch, _seed) = (corpus, corpus.WindowsOf(split), samples, tagShare, batch, seed);
    }

    /// <summary>Every caption and list of tags of the split.</summary>
    public IEnumerable<string> Texts() =>
        _windows.Select(_corpus.Describe).SelectMany(record => record.Captions.Append(string.Join(", ", record.Tags)));

    /// <inheritdoc/>
    public CaptionedBatch Create(long index) => Create(index, BatchShare.Whole);

    /// <inheritdoc/>
    public CaptionedBatch Create(long index, BatchShare share)
    {
        var random = BatchRandom.For(_seed, index);
        var rows = share.Rows(_batch);
        int first = rows.Start.Value,
            own = rows.End.Value - first;
        var batch = new CaptionedBatch(new float[own * _samples], new string[_batch], own);
        var pieces = new HashSet<string>(StringComparer.Ordinal);
        for (int b = 0; b < _batch; b++)
        {
            var window = _windows[random.Next(_windows.Count)];
            var record = _corpus.Describe(window);
            for (int draw = 1; draw < Draws && pieces.Contains(record.PieceId); draw++)
            {
                window = _windows[random.Next(_windows.Count)];
                record = _corpus.Describe(window);
            }
            pieces.Add(record.PieceId);
            float gain = (float)Math.Pow(10, random.NextDouble() * QuietestDecibels / 20);
            if (b >= first && b < first + own)
                Listen(window, gain, batch.Audio.AsSpan((b - first) * _samples, _samples));
            bool tags = (random.NextDouble() < _tagShare && record.Tags.Count > 0) || record.Captions.Count == 0;
            batch.Texts[b] = tags ? string.Join(", ", record.Tags) : record.Captions[random.Next(record.Captions.Count)];
        }
        return batch;
    }

    private void Listen(CorpusWindow window, float gain, Span<float> into)
    {
        int channels = _corpus.Plan.Channels;
        var interleaved = _corpus.Read(window);
        for (int n = 0; n < into.Length; n++)
        {
            float sum = 0;
            for (int c = 0; c < channels; c++)
                sum += interleaved[n % window.Frames * channels + c];
            into[n] = gain * sum / channels;
        }
    }
}
