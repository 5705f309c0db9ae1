using System.Reflection;
using System.Text.Json;

namespace Melody.Music;

/// <summary>
/// The programs of General MIDI Level 1 by name, counted from 0; <see cref="Instruments"/> says what a listener calls them.
/// </summary>
internal static class GmProgram
{
    /// <summary>Piano.</summary>
    public const int GrandPiano = 0,
        BrightPiano = 1,
        ElectricGrandPiano = 2,
        HonkyTonkPiano = 3,
        ElectricPiano1 = 4,
        ElectricPiano2 = 5,
        Harpsichord = 6,
        Clavinet = 7;

    /// <summary>Chromatic percussion.</summary>
    public const int Celesta = 8,
        Glockenspiel = 9,
        MusicBox = 10,
        Vibraphone = 11,
        Marimba = 12,
        Xylophone = 13,
        TubularBells = 14,
        Dulcimer = 15;

    /// <summary>Organ.</summary>
    public const int DrawbarOrgan = 16,
        PercussiveOrgan = 17,
        RockOrgan = 18,
        ChurchOrgan = 19,
        ReedOrgan = 20,
        Accordion = 21,
        Harmonica = 22,
        TangoAccordion = 23;

    /// <summary>Guitar.</summary>
    public const int NylonGuitar = 24,
        SteelGuitar = 25,
        JazzGuitar = 26,
        CleanGuitar = 27,
        MutedGuitar = 28,
        OverdrivenGuitar = 29,
        DistortionGuitar = 30,
        GuitarHarmonics = 31;

    /// <summary>Bass.</summary>
    public const int AcousticBass = 32,
        FingeredBass = 33,
        PickedBass = 34,
        FretlessBass = 35,
        SlapBass1 = 36,
        SlapBass2 = 37,
        SynthBass1 = 38,
        SynthBass2 = 39;

    /// <summary>Strings.</summary>
    public const int Violin = 40,
        Viola = 41,
        Cello = 42,
        Contrabass = 43,
        TremoloStrings = 44,
        PizzicatoStrings = 45,
        Harp = 46,
        Timpani = 47;

    /// <summary>Ensemble.</summary>
    public const int StringEnsemble1 = 48,
        StringEnsemble2 = 49,
        SynthStrings1 = 50,
        SynthStrings2 = 51,
        ChoirAahs = 52,
        VoiceOohs = 53,
        SynthVoice = 54,
        OrchestraHit = 55;

    /// <summary>Brass.</summary>
    public const int Trumpet = 56,
        Trombone = 57,
        Tuba = 58,
        MutedTrumpet = 59,
        FrenchHorn = 60,
        BrassSection = 61,
        SynthBrass1 = 62,
        SynthBrass2 = 63;

    /// <summary>Reed.</summary>
    public const int SopranoSax = 64,
        AltoSax = 65,
        TenorSax = 66,
        BaritoneSax = 67,
        Oboe = 68,
        EnglishHorn = 69,
        Bassoon = 70,
        Clarinet = 71;

    /// <summary>Pipe.</summary>
    public const int Piccolo = 72,
        Flute = 73,
        Recorder = 74,
        PanFlute = 75,
        BlownBottle = 76,
        Shakuhachi = 77,
        Whistle = 78,
        Ocarina = 79;

    /// <summary>Synth lead.</summary>
    public const int SquareLead = 80,
        SawtoothLead = 81,
        CalliopeLead = 82,
        ChiffLead = 83,
        CharangLead = 84,
        VoiceLead = 85,
        FifthsLead = 86,
        BassLead = 87;

    /// <summary>Synth pad.</summary>
    public const int NewAgePad = 88,
        WarmPad = 89,
        PolysynthPad = 90,
        ChoirPad = 91,
        BowedPad = 92,
        MetallicPad = 93,
        HaloPad = 94,
        SweepPad = 95;

    /// <summary>Synth effects.</summary>
    public const int RainEffect = 96,
        SoundtrackEffect = 97,
        CrystalEffect = 98,
        AtmosphereEffect = 99,
        BrightnessEffect = 100,
        GoblinsEffect = 101,
        EchoesEffect = 102,
        SciFiEffect = 103;

    /// <summary>Ethnic.</summary>
    public const int Sitar = 104,
        Banjo = 105,
        Shamisen = 106,
        Koto = 107,
        Kalimba = 108,
        Bagpipe = 109,
        Fiddle = 110,
        Shanai = 111;

    /// <summary>Percussive.</summary>
    public const int TinkleBell = 112,
        Agogo = 113,
        SteelDrums = 114,
        Woodblock = 115,
        TaikoDrum = 116,
        MelodicTom = 117,
        SynthDrum = 118,
        ReverseCymbal = 119;

    /// <summary>Sound effects.</summary>
    public const int GuitarFretNoise = 120,
        BreathNoise = 121,
        Seashore = 122,
        BirdTweet = 123,
        TelephoneRing = 124,
        Helicopter = 125,
        Applause = 126,
        Gunshot = 127;

    private static readonly Dictionary<string, int> ByName = typeof(GmProgram)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(
            field => JsonNamingPolicy.KebabCaseLower.ConvertName(field.Name),
            field => (int)field.GetRawConstantValue()!,
            StringComparer.Ordinal
        );

    /// <summary>The program of a name as data files spell it, for example "tenor-sax".</summary>
    public static int Named(string name) => ByName[name];
}
