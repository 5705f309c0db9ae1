using Melody.Music;
using Melody.Steering;

namespace Melody.LanguageModel;

/// <summary>One song that the language model is to write.</summary>
internal sealed record SemanticRequest
{
    /// <summary>The joint embedding's tokens, one a level, each 0..1023; empty for music without a prompt.</summary>
    public required IReadOnlyList<long> Prefix { get; init; }

    /// <summary>Tempo, key and metre, for a model that has controls.</summary>
    public MusicControls? Controls { get; init; }

    /// <summary>
    /// Semantic tokens that the song already has, frame after frame, from its first on or from wherever the caller counts.
    /// </summary>
    public IReadOnlyList<long> Earlier { get; init; } = [];

    /// <summary>Decides every draw: token n (of all codebooks) of the song is drawn with number n of this seed's sequence.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Writes semantic tokens with a <see cref="SemanticLanguageModel"/>. Safe for use by several threads at once.</summary>
/// <param name="model">The model.</param>
/// <param name="facts">What its tokens tell; null where that is not known.</param>
internal sealed class SemanticSampler(SemanticLanguageModel model, FactGuidance? facts = null)
{
    /// <summary>The model.</summary>
    public SemanticLanguageModel Model => model;

    /// <summary>
    /// Opens songs that can be written on without end, all in one batch; their <see cref="SemanticRequest.Earlier"/> must be of one
    /// length.
    /// </summary>
    public SemanticSession Open(IReadOnlyList<SemanticRequest> songs, TokenSamplingOptions options) => new(model, songs, options, facts);

    /// <summary>The semantic tokens of the next <paramref name="count"/> frames of each song, [frames, codebooks] flat.</summary>
    /// <param name="songs">What to write; songs with equally many earlier tokens are written side by side.</param>
    /// <param name="count">Frames, at 25 a second.</param>
    /// <param name="options">How tokens are drawn.</param>
    /// <param name="progress">Reports every step, with the number of tokens that all songs together have got.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    public long[][] Generate(
        IReadOnlyList<SemanticRequest> songs,
        int count,
        TokenSamplingOptions options,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var result = new long[songs.Count][];
        int before = 0;
        foreach (var group in Enumerable.Range(0, songs.Count).GroupBy(i => songs[i].Earlier.Count))
        {
            int[] members = [.. group];
            using var session = Open([.. members.Select(i => songs[i])], options);
            int finished = before;
            var tokens = session.Next(
                count,
                progress is null ? null : new Relay(n => progress.Report(finished + n * members.Length)),
                cancellation
            );
            for (int i = 0; i < members.Length; i++)
                result[members[i]] = tokens[i];
            before += count * members.Length;
        }
        return result;
    }

    private sealed class Relay(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
