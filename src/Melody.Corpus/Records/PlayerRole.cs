using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>What an instrument does in a piece.</summary>
/// <remarks>Tracks are sorted by it, so the order must not change.</remarks>
[JsonConverter(typeof(EnumNameConverter<PlayerRole>))]
internal enum PlayerRole
{
    /// <summary>Plays the tune.</summary>
    Melody,

    /// <summary>Plays a second tune.</summary>
    Counter,

    /// <summary>Plays chords.</summary>
    Harmony,

    /// <summary>Plays the lowest notes.</summary>
    Bass,

    /// <summary>Plays the beat.</summary>
    Drums,
}
