using Melody.Corpus.Records;
using Melody.Foundation;

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

    /// <summary>The kinds of pieces to make, of <see cref="Composer.Kinds"/>; empty for all.</summary>
    public IReadOnlyList<PieceKind> Kinds { get; init; } = [];

    /// <summary>Throws where a kind is unknown or cannot be made.</summary>
    /// <exception cref="MelodyException">A kind is unknown or cannot be made.</exception>
    public void Validate()
    {
        foreach (var other in Kinds.Except(Composer.Kinds))
            throw new MelodyException($"Pieces of the kind {EnumName<PieceKind>.Of(other)} cannot be composed.");
        if (Kinds.Contains(PieceKind.Groove) && !UseMma)
            throw new MelodyException("Pieces of the kind groove need MMA's accompaniments.");
        if (Kinds.Contains(PieceKind.Score) && ScoreFolder is null)
            throw new MelodyException("Pieces of the kind score need a folder of scores.");
    }
}
