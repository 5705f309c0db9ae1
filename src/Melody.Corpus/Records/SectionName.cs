using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>The sections of a composed song; those of one name have the same melody.</summary>
[JsonConverter(typeof(EnumNameConverter<SectionName>))]
internal enum SectionName
{
    /// <summary>Before the tune begins.</summary>
    Intro,

    /// <summary>The main tune.</summary>
    [JsonStringEnumMemberName("A")]
    A,

    /// <summary>The second tune.</summary>
    [JsonStringEnumMemberName("B")]
    B,

    /// <summary>A contrast.</summary>
    Bridge,

    /// <summary>Bars that lead back.</summary>
    Turnaround,

    /// <summary>The last bars.</summary>
    Ending,
}
