using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Music;

/// <summary>The twelve instrument families that tags, tokens, prompts and judges share; drums are the last.</summary>
/// <remarks>Their order is that of the facts that semantic tokens tell, and must not change.</remarks>
[JsonConverter(typeof(EnumNameConverter<InstrumentFamily>))]
internal enum InstrumentFamily
{
    /// <summary>Pianos, harpsichords, clavinets.</summary>
    Piano,

    /// <summary>Tuned percussion.</summary>
    Mallets,

    /// <summary>Organs, accordions, harmonicas.</summary>
    Organ,

    /// <summary>Guitars and their kin.</summary>
    Guitar,

    /// <summary>Basses, plucked or synthetic.</summary>
    Bass,

    /// <summary>Bowed and plucked strings of the orchestra.</summary>
    Strings,

    /// <summary>Voices and choirs.</summary>
    Voice,

    /// <summary>Brass.</summary>
    Brass,

    /// <summary>Reeds, flutes and whistles.</summary>
    Woodwind,

    /// <summary>Leads, pads and effects.</summary>
    Synth,

    /// <summary>Instruments of other traditions.</summary>
    World,

    /// <summary>Drums and other unpitched percussion.</summary>
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
    public static string Name(this InstrumentFamily family) => EnumName<InstrumentFamily>.Of(family);
}
