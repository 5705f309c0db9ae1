using static Melody.Music.GmProgram;

namespace Melody.Corpus.Mixing;

/// <summary>Where the players of an orchestra sit, seen from the conductor, and how deep in the hall.</summary>
internal static class Seats
{
    /// <summary>
    /// The seat of a General MIDI program: place from -1 (left) to 1 (right), and dB more to the reverb than the strings; null for what
    /// an orchestra does not have.
    /// </summary>
    public static (double Pan, double Depth)? Of(int program) =>
        program switch
        {
            GrandPiano => (-0.2, 0),
            Harpsichord => (0.1, 0),
            Celesta => (-0.45, 2),
            Glockenspiel => (-0.4, 3),
            Vibraphone => (-0.35, 3),
            Marimba => (0.35, 3),
            Xylophone => (-0.45, 3),
            TubularBells => (0.3, 4),
            ChurchOrgan => (0, 4),
            NylonGuitar => (-0.15, 0),
            Violin or Fiddle => (-0.5, 0),
            Viola => (0.25, 0),
            Cello => (0.45, 0),
            Contrabass => (0.6, 0),
            TremoloStrings or PizzicatoStrings => (-0.15, 0),
            Harp => (-0.6, 1),
            Timpani => (0.2, 4),
            >= StringEnsemble1 and <= SynthStrings2 => (0, 1),
            >= ChoirAahs and <= SynthVoice => (0, 4),
            Trumpet or MutedTrumpet => (0.3, 3),
            Trombone => (0.45, 3),
            Tuba => (0.55, 3),
            FrenchHorn => (-0.4, 3),
            BrassSection => (0.35, 3),
            Oboe => (0.12, 2),
            EnglishHorn => (0.2, 2),
            Bassoon => (0.3, 2),
            Clarinet => (-0.12, 2),
            Piccolo => (-0.3, 2),
            Flute => (-0.2, 2),
            Recorder => (-0.2, 1),
            _ => null,
        };
}
