using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>Players of slow music without a beat.</summary>
internal static class AmbientEnsembles
{
    /// <summary>All of them; the order decides which piece of a corpus gets which.</summary>
    public static IReadOnlyList<Ensemble> All { get; } =
    [
        new(
            PieceKind.Ambient,
            "warm synth pads",
            Genre.Ambient,
            -1,
            [new(WarmPad, Texture.Pad, 57, 62, true), new(NewAgePad, Texture.Pad, 69, 48)]
        ),
        new(PieceKind.Ambient, "pads and bells", Genre.Ambient, TubularBells, [new(WarmPad, Texture.Pad, 57, 60, true)]),
        new(PieceKind.Ambient, "pads and piano", Genre.Ambient, GrandPiano, [new(ChoirPad, Texture.Pad, 57, 60, true)]),
        new(
            PieceKind.Ambient,
            "choir pad drone",
            Genre.Ambient,
            -1,
            [new(ChoirPad, Texture.Pad, 60, 60, true), new(SweepPad, Texture.Pad, 67, 46)]
        ),
        new(
            PieceKind.Ambient,
            "bowed glass pads",
            Genre.Ambient,
            -1,
            [new(BowedPad, Texture.Pad, 60, 62, true), new(CrystalEffect, Texture.Arpeggio, 72, 44)]
        ),
        new(PieceKind.Ambient, "harp and pads", Genre.NewAge, Harp, [new(HaloPad, Texture.Pad, 57, 58, true)]),
        new(
            PieceKind.Ambient,
            "strings and atmosphere",
            Genre.Cinematic,
            -1,
            [new(StringEnsemble2, Texture.Pad, 57, 60, true), new(AtmosphereEffect, Texture.Pad, 64, 52)]
        ),
        new(PieceKind.Ambient, "flute over pads", Genre.NewAge, Flute, [new(NewAgePad, Texture.Pad, 57, 58, true)]),
        new(
            PieceKind.Ambient,
            "electric piano and pads",
            Genre.Ambient,
            ElectricPiano1,
            [new(WarmPad, Texture.Pad, 57, 58, true), new(PolysynthPad, Texture.Pad, 64, 42)]
        ),
        new(
            PieceKind.Ambient,
            "sweeping pads",
            Genre.Ambient,
            -1,
            [new(SweepPad, Texture.Pad, 55, 64, true), new(MetallicPad, Texture.Pad, 67, 46)]
        ),
        new(
            PieceKind.Ambient,
            "dark drone",
            Genre.Cinematic,
            -1,
            [new(SynthStrings1, Texture.Pad, 48, 64, true), new(SoundtrackEffect, Texture.Pad, 55, 54)]
        ),
    ];
}
