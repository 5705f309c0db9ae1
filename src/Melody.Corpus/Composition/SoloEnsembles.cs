using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Composition;

/// <summary>One player, alone or with one other.</summary>
internal static class SoloEnsembles
{
    /// <summary>All of them; the order decides which piece of a corpus gets which.</summary>
    public static IReadOnlyList<Ensemble> All { get; } =
    [
        Alone("solo piano", Genre.Romantic, GrandPiano, Texture.Arpeggio, 55),
        Alone("solo piano", Genre.Classical, GrandPiano, Texture.Alberti, 60),
        Alone("solo piano", Genre.Waltz, GrandPiano, Texture.Waltz, 56),
        Alone("solo piano", Genre.Ragtime, HonkyTonkPiano, Texture.Stride, 56),
        Alone("solo piano", Genre.Boogie, GrandPiano, Texture.Boogie, 60),
        Alone("solo piano", Genre.Ballad, GrandPiano, Texture.Block, 56),
        Alone("solo piano", Genre.NewAge, GrandPiano, Texture.UpDown, 56),
        Alone("solo electric piano", Genre.Soul, ElectricPiano1, Texture.Block, 57),
        Alone("solo guitar", Genre.Folk, SteelGuitar, Texture.Strum, 55),
        Alone("solo classical guitar", Genre.Classical, NylonGuitar, Texture.UpDown, 55),
        Alone("solo guitar", Genre.Flamenco, NylonGuitar, Texture.Arpeggio, 54),
        Alone("solo guitar", Genre.Country, SteelGuitar, Texture.Arpeggio, 54),
        Alone("solo harp", Genre.NewAge, Harp, Texture.Rolled, 57),
        Alone("solo harp", Genre.Celtic, Harp, Texture.Arpeggio, 58),
        Alone("solo organ", Genre.Hymn, ChurchOrgan, Texture.Hymn, 57),
        Alone("solo harpsichord", Genre.Baroque, Harpsichord, Texture.Alberti, 60),
        Alone("solo marimba", Genre.Minimal, Marimba, Texture.Ostinato, 60),
        Alone("solo music box", Genre.Lullaby, MusicBox, Texture.Arpeggio, 72),
        Alone("solo accordion", Genre.Waltz, Accordion, Texture.Waltz, 58),
        Alone("solo vibraphone", Genre.CoolJazz, Vibraphone, Texture.Block, 60),
        Alone("solo kalimba", Genre.Afro, Kalimba, Texture.Ostinato, 64),
        Alone("solo koto", Genre.World, Koto, Texture.Arpeggio, 60),
        Alone("solo celesta", Genre.Lullaby, Celesta, Texture.UpDown, 72),
        Alone("solo banjo", Genre.Bluegrass, Banjo, Texture.UpDown, 60),
        new(PieceKind.Solo, "unaccompanied flute", Genre.Classical, Flute, []),
        new(PieceKind.Solo, "unaccompanied violin", Genre.Baroque, Violin, []),
        new(PieceKind.Solo, "unaccompanied cello", Genre.Baroque, Cello, []),
        new(PieceKind.Solo, "unaccompanied clarinet", Genre.Classical, Clarinet, []),
        new(PieceKind.Solo, "unaccompanied shakuhachi", Genre.World, Shakuhachi, []),
        new(PieceKind.Solo, "solo fiddle", Genre.Celtic, Fiddle, []),
        new(PieceKind.Solo, "solo bagpipes", Genre.Celtic, Bagpipe, []),
        new(PieceKind.Solo, "solo recorder", Genre.Baroque, Recorder, []),
        new(PieceKind.Solo, "unaccompanied trumpet", Genre.Classical, Trumpet, []),
        new(PieceKind.Solo, "solo French horn", Genre.Romantic, FrenchHorn, []),
        new(PieceKind.Solo, "unaccompanied trombone", Genre.Ballad, Trombone, []),
        new(PieceKind.Solo, "solo tuba", Genre.March, Tuba, []),
        new(PieceKind.Solo, "solo tenor sax", Genre.CoolJazz, TenorSax, []),
        new(PieceKind.Solo, "solo double bass", Genre.CoolJazz, AcousticBass, []),
        Alone("brass section", Genre.Hymn, BrassSection, Texture.Hymn, 57),
        Alone("brass section", Genre.March, BrassSection, Texture.Block, 57),
        Duo("flute and harp duo", Genre.Romantic, Flute, Harp, Texture.Arpeggio, 57),
        Duo("violin and piano duo", Genre.Romantic, Violin, GrandPiano, Texture.Arpeggio, 55),
        Duo("cello and piano duo", Genre.Romantic, Cello, GrandPiano, Texture.Arpeggio, 60),
        Duo("clarinet and piano duo", Genre.Classical, Clarinet, GrandPiano, Texture.Alberti, 60),
        Duo("flute and guitar duo", Genre.Classical, Flute, NylonGuitar, Texture.UpDown, 54),
        Duo("oboe and harpsichord duo", Genre.Baroque, Oboe, Harpsichord, Texture.Block, 57),
        Duo("trumpet and organ duo", Genre.Baroque, Trumpet, ChurchOrgan, Texture.Hymn, 56),
        Duo("harmonica and guitar duo", Genre.Folk, Harmonica, SteelGuitar, Texture.Strum, 54),
        Duo("violin and accordion duo", Genre.Tango, Violin, TangoAccordion, Texture.Pulse, 58),
        Duo("saxophone and piano duo", Genre.CoolJazz, TenorSax, GrandPiano, Texture.Block, 57),
        Duo("fiddle and guitar duo", Genre.Celtic, Fiddle, SteelGuitar, Texture.Strum, 54),
        Duo("tin whistle and harp duo", Genre.Celtic, Whistle, Harp, Texture.Arpeggio, 57),
        Duo("sitar and drone duo", Genre.World, Sitar, Bagpipe, Texture.Pad, 52, false),
        Duo("pan flute and guitar duo", Genre.World, PanFlute, SteelGuitar, Texture.Arpeggio, 54),
        Duo("French horn and piano duo", Genre.Romantic, FrenchHorn, GrandPiano, Texture.Arpeggio, 55),
        Duo("viola and piano duo", Genre.Romantic, Viola, GrandPiano, Texture.Arpeggio, 55),
        Duo("muted trumpet and guitar duo", Genre.BossaNova, MutedTrumpet, NylonGuitar, Texture.OffBeat, 55),
        Duo("choir and organ", Genre.Hymn, ChoirAahs, ChurchOrgan, Texture.Hymn, 55),
        Duo("piccolo and piano duo", Genre.Polka, Piccolo, GrandPiano, Texture.Stride, 57),
        Duo("bassoon and piano duo", Genre.Classical, Bassoon, GrandPiano, Texture.Alberti, 64),
        Duo("English horn and strings", Genre.Romantic, EnglishHorn, StringEnsemble1, Texture.Pad, 55),
        Duo("shamisen and koto duo", Genre.World, Shamisen, Koto, Texture.Arpeggio, 57),
        Duo("shanai and harmonium duo", Genre.MiddleEastern, Shanai, ReedOrgan, Texture.Pad, 55),
        Duo("ocarina and harp duo", Genre.NewAge, Ocarina, Harp, Texture.Arpeggio, 57),
        Duo("dulcimer and guitar duo", Genre.Folk, Dulcimer, SteelGuitar, Texture.UpDown, 54),
        Duo("steel drums and marimba duo", Genre.Calypso, SteelDrums, Marimba, Texture.OffBeat, 57),
    ];

    private static Ensemble Alone(string name, Genre family, int program, Texture texture, int centre) =>
        new(PieceKind.Solo, name, family, program, [new(program, texture, centre, 62, true)]);

    private static Ensemble Duo(string name, Genre family, int lead, int program, Texture texture, int centre, bool withBass = true) =>
        new(PieceKind.Ensemble, name, family, lead, [new(program, texture, centre, 60, withBass)]);
}
