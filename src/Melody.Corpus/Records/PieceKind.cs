using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>How a piece came about.</summary>
[JsonConverter(typeof(EnumNameConverter<PieceKind>))]
internal enum PieceKind
{
    /// <summary>A band over a groove of MMA.</summary>
    Groove,

    /// <summary>One player.</summary>
    Solo,

    /// <summary>A few players with patterns of our own.</summary>
    Ensemble,

    /// <summary>From a score: an arrangement, or an imported MIDI file.</summary>
    Score,

    /// <summary>Drums alone.</summary>
    Drums,

    /// <summary>Slow and without a beat.</summary>
    Ambient,

    /// <summary>Imported sound.</summary>
    Recording,
}
