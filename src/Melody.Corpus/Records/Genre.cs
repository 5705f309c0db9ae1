using System.Text.Json.Serialization;
using Melody.Foundation;

namespace Melody.Corpus.Records;

/// <summary>Families of genres; <c>genres.tsv</c> says how the music of each is made and what people call it.</summary>
[JsonConverter(typeof(EnumNameConverter<Genre>))]
internal enum Genre
{
    /// <summary>Imported music of which nothing is said.</summary>
    Unknown,

    /// <summary>A score of which nothing is said.</summary>
    Music,

    Swing,

    [JsonStringEnumMemberName("big band")]
    BigBand,
    Bebop,

    [JsonStringEnumMemberName("cool jazz")]
    CoolJazz,

    [JsonStringEnumMemberName("modern jazz")]
    ModernJazz,
    Dixieland,

    [JsonStringEnumMemberName("gypsy jazz")]
    GypsyJazz,

    [JsonStringEnumMemberName("jazz waltz")]
    JazzWaltz,

    [JsonStringEnumMemberName("bossa nova")]
    BossaNova,
    Samba,

    [JsonStringEnumMemberName("latin jazz")]
    LatinJazz,
    Salsa,
    Mambo,

    [JsonStringEnumMemberName("cha-cha")]
    ChaCha,
    Rumba,
    Merengue,
    Bolero,
    Tango,
    Calypso,
    Reggae,
    Ska,
    Rock,

    [JsonStringEnumMemberName("hard rock")]
    HardRock,
    Punk,

    [JsonStringEnumMemberName("rock and roll")]
    RockAndRoll,

    [JsonStringEnumMemberName("sixties pop")]
    SixtiesPop,

    [JsonStringEnumMemberName("soft rock")]
    SoftRock,
    Pop,

    [JsonStringEnumMemberName("synth pop")]
    SynthPop,
    Ballad,
    Disco,
    Funk,
    Soul,
    Gospel,
    Hymn,
    Blues,
    Boogie,
    Shuffle,
    Country,
    Bluegrass,
    Folk,
    Celtic,
    Cajun,
    March,
    Polka,
    Waltz,
    Ballroom,
    Ragtime,

    [JsonStringEnumMemberName("show tune")]
    ShowTune,

    [JsonStringEnumMemberName("hip hop")]
    HipHop,

    [JsonStringEnumMemberName("trip hop")]
    TripHop,
    House,
    Techno,
    Trance,

    [JsonStringEnumMemberName("drum and bass")]
    DrumAndBass,

    [JsonStringEnumMemberName("dance pop")]
    DancePop,
    Fusion,
    Ambient,

    [JsonStringEnumMemberName("easy listening")]
    EasyListening,
    Lullaby,

    [JsonStringEnumMemberName("new age")]
    NewAge,
    Flamenco,

    [JsonStringEnumMemberName("middle eastern")]
    MiddleEastern,
    Afro,
    World,
    Classical,
    Baroque,
    Romantic,
    Cinematic,
    Chiptune,
    Synthwave,
    Minimal,
}
