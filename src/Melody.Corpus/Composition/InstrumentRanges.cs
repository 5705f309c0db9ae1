using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>Comfortable ranges for a tune, as MIDI keys, and how an instrument likes to be played.</summary>
internal static class InstrumentRanges
{
    /// <summary>Lowest and highest key of a tune on this program.</summary>
    public static (int Low, int High) Of(int program) =>
        program switch
        {
            Celesta or Glockenspiel or MusicBox or TubularBells => (67, 91),
            Vibraphone => (57, 84),
            Marimba => (53, 84),
            Xylophone => (65, 91),
            Harmonica => (60, 84),
            NylonGuitar or SteelGuitar => (52, 79),
            JazzGuitar or CleanGuitar or MutedGuitar => (52, 79),
            OverdrivenGuitar or DistortionGuitar or GuitarHarmonics => (50, 79),
            >= AcousticBass and <= SynthBass2 => (36, 58),
            Violin or Fiddle => (57, 86),
            Viola => (50, 76),
            Cello => (40, 67),
            Contrabass => (33, 55),
            Harp => (55, 86),
            Trumpet or MutedTrumpet => (55, 80),
            Trombone => (43, 67),
            Tuba => (33, 55),
            FrenchHorn => (48, 72),
            BrassSection or SynthBrass1 or SynthBrass2 => (53, 77),
            SopranoSax => (58, 84),
            AltoSax => (53, 79),
            TenorSax => (47, 73),
            BaritoneSax => (40, 65),
            Oboe => (60, 84),
            EnglishHorn => (53, 77),
            Bassoon => (40, 65),
            Clarinet => (53, 82),
            Piccolo => (74, 98),
            Flute => (62, 88),
            Recorder or PanFlute or Shakuhachi => (62, 86),
            Whistle or Ocarina => (67, 91),
            ChoirAahs or VoiceOohs or SynthVoice => (55, 76),
            Sitar or Shamisen or Koto => (52, 77),
            Banjo => (55, 79),
            Kalimba => (57, 81),
            Bagpipe => (62, 79),
            SteelDrums => (57, 84),
            SquareLead or SawtoothLead or CharangLead or BassLead => (57, 86),
            _ => (57, 82),
        };

    /// <summary>Whether the sound dies away by itself, so that long notes need company.</summary>
    public static bool IsPlucked(int program) =>
        program is <= Dulcimer or (>= NylonGuitar and <= GuitarHarmonics) or PizzicatoStrings or Harp or (>= Sitar and <= Kalimba);
}
