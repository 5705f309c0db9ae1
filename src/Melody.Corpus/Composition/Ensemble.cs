using Melody.Corpus.Records;

namespace Melody.Corpus.Composition;

/// <summary>A chair of an ensemble that plays chords or bass.</summary>
internal sealed record Chair(int Program, Texture Texture, int Centre, int Loudness, bool WithBass = false);

/// <summary>Players without a groove: solos, duos and small ensembles with accompaniment patterns of our own.</summary>
/// <param name="Kind">Solo, ensemble or ambient.</param>
/// <param name="Name">For example "flute and harp duo".</param>
/// <param name="Family">Genre family.</param>
/// <param name="Lead">Program of the tune, or -1 where there is none.</param>
/// <param name="Chairs">Who accompanies.</param>
/// <param name="Drums">Name of a drum pattern, or null.</param>
/// <param name="CounterProgram">Program of a second voice, or -1.</param>
internal sealed record Ensemble(
    PieceKind Kind,
    string Name,
    Genre Family,
    int Lead,
    Chair[] Chairs,
    string? Drums = null,
    int CounterProgram = -1
)
{
    /// <summary>Every ensemble.</summary>
    public static IReadOnlyList<Ensemble> All { get; } = [.. SoloEnsembles.All, .. GroupEnsembles.All, .. AmbientEnsembles.All];
}
