namespace Melody.Corpus.Composition;

/// <summary>What a corpus is composed from.</summary>
internal sealed record CompositionOptions
{
    /// <summary>The one integer that everything follows from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Mean length of a piece in seconds.</summary>
    public double PieceSeconds { get; init; } = 40;

    /// <summary>Folder of MIDI scores with a <c>manifest.csv</c>, or null to do without.</summary>
    public string? ScoreFolder { get; init; }

    /// <summary>Whether MMA may play accompaniments; without it our own patterns take its place.</summary>
    public bool UseMma { get; init; } = true;
}
