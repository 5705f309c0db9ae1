using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Training.Data;

/// <summary>The pieces of one split of one or more corpora as stereo sound; a mono corpus has two equal channels.</summary>
internal sealed class StereoAudio : IStereoCollection, IDisposable
{
    private readonly List<CorpusReader> _corpora = [];
    private readonly List<(CorpusReader Corpus, CorpusPiece Piece)> _pieces = [];

    /// <param name="folders">Folders of corpora.</param>
    /// <param name="split">Which pieces.</param>
    /// <param name="sampleRate">What the network hears, Hz.</param>
    /// <exception cref="MelodyException">A folder is not a corpus, has another sample rate, or its split is empty.</exception>
    public StereoAudio(IEnumerable<string> folders, DatasetSplit split, int sampleRate)
    {
        try
        {
            foreach (string folder in folders)
            {
                var corpus = CorpusReader.Open(folder);
                _corpora.Add(corpus);
                CorpusAudio.RequireRate(corpus, sampleRate);
                _pieces.AddRange(corpus.PiecesOf(split).Select(piece => (corpus, piece)));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count => _pieces.Count;

    /// <inheritdoc/>
    public long Samples(int piece) => _pieces[piece].Piece.Frames;

    /// <inheritdoc/>
    public void Read(int piece, long start, Span<float> left, Span<float> right)
    {
        var (corpus, place) = _pieces[piece];
        int channels = corpus.Plan.Channels;
        var interleaved = new float[left.Length * channels];
        corpus.Read(place, start, interleaved);
        for (int n = 0; n < left.Length; n++)
        {
            left[n] = interleaved[n * channels];
            right[n] = interleaved[n * channels + channels - 1];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var corpus in _corpora)
            corpus.Dispose();
    }
}
