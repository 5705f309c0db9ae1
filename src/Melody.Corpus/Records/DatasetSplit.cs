using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>What a piece of a corpus is for.</summary>
/// <remarks>Encoded shards store the number of the value, so the order must not change.</remarks>
[JsonConverter(typeof(EnumNameConverter<DatasetSplit>))]
internal enum DatasetSplit
{
    /// <summary>Networks learn from it.</summary>
    Train,

    /// <summary>Measured during training.</summary>
    Validation,

    /// <summary>Measured when everything has been decided.</summary>
    Test,
}
