using System.Text.Json.Serialization;

namespace Melody.Music;

/// <summary>The twelve instrument families that tags, tokens, prompts and judges share; drums are the last.</summary>
/// <remarks>Their order is that of the facts that semantic tokens tell, and must not change.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<InstrumentFamily>))]
internal enum InstrumentFamily
{
    /// <summary>Pianos, harpsichords, clavinets.</summary>
    [JsonStringEnumMemberName("piano")]
    Piano,

    /// <summary>Tuned percussion.</summary>
    [JsonStringEnumMemberName("mallets")]
    Mallets,

    /// <summary>Organs, accordions, harmonicas.</summary>
    [JsonStringEnumMemberName("organ")]
    Organ,

    /// <summary>Guitars and their kin.</summary>
    [JsonStringEnumMemberName("guitar")]
    Guitar,

    /// <summary>Basses, plucked or synthetic.</summary>
    [JsonStringEnumMemberName("bass")]
    Bass,

    /// <summary>Bowed and plucked strings of the orchestra.</summary>
    [JsonStringEnumMemberName("strings")]
    Strings,

    /// <summary>Voices and choirs.</summary>
    [JsonStringEnumMemberName("voice")]
    Voice,

    /// <summary>Brass.</summary>
    [JsonStringEnumMemberName("brass")]
    Brass,

    /// <summary>Reeds, flutes and whistles.</summary>
    [JsonStringEnumMemberName("woodwind")]
    Woodwind,

    /// <summary>Leads, pads and effects.</summary>
    [JsonStringEnumMemberName("synth")]
    Synth,

    /// <summary>Instruments of other traditions.</summary>
    [JsonStringEnumMemberName("world")]
    World,

    /// <summary>Drums and other unpitched percussion.</summary>
    [JsonStringEnumMemberName("drums")]
    Drums,
}

/// <summary>Names of the families.</summary>
internal static class InstrumentFamilies
{
    /// <summary>All twelve, in their order.</summary>
    public static IReadOnlyList<InstrumentFamily> All { get; } = Enum.GetValues<InstrumentFamily>();

    /// <summary>How many there are.</summary>
    public static int Count => All.Count;

    /// <summary>The family's name in lower case, such as "piano".</summary>
    public static string Name(this InstrumentFamily family) => family.ToString().ToLowerInvariant();
}
