using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>The audio files of a corpus, 16 bits a sample.</summary>
[JsonConverter(typeof(EnumNameConverter<ShardFormat>))]
internal enum ShardFormat
{
    /// <summary>Lossless compression.</summary>
    Flac,

    /// <summary>None.</summary>
    Wav,
}
