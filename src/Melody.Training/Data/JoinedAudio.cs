namespace Melody.Training.Data;

/// <summary>Pieces of several collections of one sample rate, counted through.</summary>
/// <param name="collections">At least one.</param>
internal sealed class JoinedAudio(IReadOnlyList<IAudioCollection> collections) : IAudioCollection
{
    private readonly (IAudioCollection Collection, int Piece)[] _pieces =
    [
        .. collections.SelectMany(collection => Enumerable.Range(0, collection.Count).Select(piece => (collection, piece))),
    ];

    /// <inheritdoc/>
    public int SampleRate => collections[0].SampleRate;

    /// <inheritdoc/>
    public int Count => _pieces.Length;

    /// <inheritdoc/>
    public long Samples(int piece) => _pieces[piece].Collection.Samples(_pieces[piece].Piece);

    /// <inheritdoc/>
    public void Read(int piece, long start, Span<float> into) => _pieces[piece].Collection.Read(_pieces[piece].Piece, start, into);
}
