using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>Where the music of a corpus comes from.</summary>
[JsonConverter(typeof(EnumNameConverter<CorpusKind>))]
internal enum CorpusKind
{
    /// <summary>Composed by Melody.</summary>
    Composed,

    /// <summary>Made by others.</summary>
    Imported,
}
