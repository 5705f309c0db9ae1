namespace Melody.SemanticTokens;

/// <summary>A set of k-means centres over some of the values of a frame.</summary>
/// <param name="Name">Its name; null where there is only one.</param>
/// <param name="Codes">Centres.</param>
/// <param name="Values">Numbers of the values that it divides, of those of a frame.</param>
internal sealed record Codebook(string? Name, int Codes, IReadOnlyList<int> Values)
{
    /// <summary>Name of the centres in a file of weights, [<see cref="Codes"/>, values].</summary>
    public string CentresName => Name is null ? SemanticTokenizer.CentresName : $"{SemanticTokenizer.CentresName}_{Name}";

    /// <summary>The codebooks of a configuration, in the order of a frame's tokens.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="width">Values of a frame.</param>
    /// <exception cref="MelodyException">A name is unknown or occurs twice, or there is no readout to divide.</exception>
    public static IReadOnlyList<Codebook> Of(SemanticTokenizerConfig config, int width)
    {
        if (config.Codebooks.Count == 0)
            return [new(null, config.Codes, [.. Enumerable.Range(0, width)])];
        if (!FrameFacts.Tells(config.Readout))
            throw new MelodyException(
                $"Several codebooks of a semantic tokenizer divide a readout of {string.Join(", ", FrameFacts.Lengths)} values, "
                    + $"but readout is {config.Readout}."
            );
        if (config.Codebooks.FirstOrDefault(book => book.Name.Length == 0 || !book.Name.All(char.IsAsciiLetterLower)) is { } odd)
            throw new MelodyException($"The name of a codebook must be lower-case letters, but one is '{odd.Name}'.");
        if (config.Codebooks.DistinctBy(book => book.Name).Count() < config.Codebooks.Count)
            throw new MelodyException("Two codebooks of a semantic tokenizer have the same name.");
        return [.. config.Codebooks.Select(book => new Codebook(book.Name, book.Codes, Divided(book, config.Readout)))];
    }

    private static int[] Divided(CodebookConfig book, int readout)
    {
        if (book.Facts.Count == 0)
            throw new MelodyException($"The codebook '{book.Name}' names no facts to divide.");
        var groups = book.Facts.Distinct().Select(Group).ToArray();
        if (groups.FirstOrDefault(group => group.First + group.Count > readout) is { } untold)
            throw new MelodyException(
                $"The codebook '{book.Name}' divides {untold.Key}, which a readout of {readout} values does not contain."
            );
        return [.. groups.SelectMany(group => Enumerable.Range(group.First, group.Count)).Order()];
    }

    private static FactGroup Group(string key) =>
        FrameFacts.Groups.FirstOrDefault(group => group.Key == key)
        ?? throw new MelodyException(
            $"Unknown facts '{key}' in a codebook; valid names are {string.Join(", ", FrameFacts.Groups.Select(group => group.Key))}."
        );
}
