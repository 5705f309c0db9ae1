using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Training.Data;

/// <summary>The pieces of one split of a corpus, mixed to mono. The reader stays its owner's.</summary>
internal sealed class CorpusAudio : IAudioCollection
{
    private readonly CorpusReader _corpus;
    private readonly IReadOnlyList<CorpusPiece> _pieces;

    /// <param name="corpus">The corpus.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="sampleRate">What the network hears, Hz.</param>
    /// <exception cref="MelodyException">The split is empty, or the corpus has another sample rate.</exception>
    public CorpusAudio(CorpusReader corpus, DatasetSplit split, int sampleRate)
    {
        RequireRate(corpus, sampleRate);
        (_corpus, _pieces) = (corpus, corpus.PiecesOf(split));
    }

    /// <inheritdoc/>
    public int SampleRate => _corpus.Plan.SampleRate;

    /// <inheritdoc/>
    public int Count => _pieces.Count;

    /// <summary>Fails with a sentence unless a corpus has the sample rate of a network.</summary>
    public static void RequireRate(CorpusReader corpus, int sampleRate)
    {
        if (corpus.Plan.SampleRate != sampleRate)
            throw new MelodyException(
                $"The corpus has {corpus.Plan.SampleRate} samples a second and the network {sampleRate}; make the corpus with the "
                    + $"network's rate."
            );
    }

    /// <inheritdoc/>
    public long Samples(int piece) => _pieces[piece].Frames;

    /// <inheritdoc/>
    public void Read(int piece, long start, Span<float> into)
    {
        long length = _pieces[piece].Frames;
        for (int done = 0; done < into.Length; )
        {
            long at = (start + done) % length;
            int count = (int)Math.Min(into.Length - done, length - at);
            ReadMono(_corpus, _pieces[piece], at, into.Slice(done, count));
            done += count;
        }
    }

    /// <summary>
    /// Fills <paramref name="into"/> with the mean of a piece's channels from <paramref name="start"/>; zeros beyond its end.
    /// </summary>
    public static void ReadMono(CorpusReader corpus, CorpusPiece piece, long start, Span<float> into)
    {
        int channels = corpus.Plan.Channels;
        if (channels == 1)
        {
            corpus.Read(piece, start, into);
            return;
        }
        var interleaved = new float[into.Length * channels];
        corpus.Read(piece, start, interleaved);
        for (int n = 0; n < into.Length; n++)
        {
            float sum = 0;
            for (int c = 0; c < channels; c++)
                sum += interleaved[n * channels + c];
            into[n] = sum / channels;
        }
    }
}
