using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>A named colour: the programs that a band is re-orchestrated with.</summary>
/// <param name="Name">How a caption calls it.</param>
/// <param name="Melody">Programs for the tune.</param>
/// <param name="Harmony">Programs for chords.</param>
/// <param name="Bass">Program for the bass.</param>
/// <param name="Kit">Drum kit, or null where drums fall silent.</param>
internal sealed record Colour(string Name, int[] Melody, int[] Harmony, int Bass, int? Kit)
{
    /// <summary>Every colour.</summary>
    public static IReadOnlyList<Colour> All { get; } =
    [
        new("chiptune", [SquareLead], [SawtoothLead, SquareLead], SynthBass1, GmDrumKit.Electronic),
        new("music box", [MusicBox], [MusicBox, Celesta, Glockenspiel], Vibraphone, null),
        new("synthwave", [SawtoothLead], [PolysynthPad, NewAgePad, SynthBrass1], SynthBass1, GmDrumKit.Electronic),
        new("string orchestra", [Violin], [StringEnsemble1, PizzicatoStrings, Viola], Contrabass, null),
        new("orchestral", [Flute, FrenchHorn, Oboe], [StringEnsemble1, FrenchHorn, PizzicatoStrings], Contrabass, GmDrumKit.Orchestra),
        new("brass band", [Trumpet], [Trombone, FrenchHorn, BrassSection], Tuba, GmDrumKit.Standard),
        new("acoustic", [Flute, Violin, NylonGuitar], [SteelGuitar, NylonGuitar], AcousticBass, null),
        new("mallet", [Vibraphone, Xylophone], [Marimba, Vibraphone], Marimba, null),
        new("electro", [SawtoothLead, SquareLead], [PolysynthPad, SynthBrass2], SynthBass2, GmDrumKit.Analog),
        new("woodwind", [Flute, Oboe], [Clarinet, Bassoon, EnglishHorn], Bassoon, null),
        new("organ", [PercussiveOrgan], [DrawbarOrgan, RockOrgan], FingeredBass, GmDrumKit.Standard),
        new("accordion and guitar", [Accordion], [NylonGuitar, SteelGuitar], AcousticBass, null),
    ];

    // programs that may stand for each other without changing what the style is
    private static readonly int[][] Neighbours =
    [
        [GrandPiano, BrightPiano, ElectricGrandPiano, ElectricPiano1, ElectricPiano2],
        [Vibraphone, Marimba],
        [DrawbarOrgan, PercussiveOrgan, RockOrgan],
        [Accordion, TangoAccordion],
        [NylonGuitar, SteelGuitar, JazzGuitar],
        [SteelGuitar, CleanGuitar],
        [OverdrivenGuitar, DistortionGuitar],
        [AcousticBass, FingeredBass, FretlessBass],
        [FingeredBass, PickedBass, SlapBass1],
        [SynthBass1, SynthBass2],
        [StringEnsemble1, StringEnsemble2, SynthStrings1, SynthStrings2],
        [ChoirAahs, VoiceOohs],
        [BrassSection, SynthBrass1, SynthBrass2],
        [SopranoSax, AltoSax, TenorSax],
        [Clarinet, Oboe],
        [Flute, Recorder, PanFlute],
        [SquareLead, SawtoothLead, CharangLead],
        [NewAgePad, WarmPad, PolysynthPad, ChoirPad, SweepPad],
    ];

    /// <summary>Another program of the same kind, or the same one.</summary>
    public static int Swap(int program, SeededRandom random)
    {
        var fitting = Neighbours.Where(group => group.Contains(program)).ToList();
        return fitting.Count == 0 ? program : random.Pick(random.Pick(fitting));
    }
}
