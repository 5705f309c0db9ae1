using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Writes pieces for solos, duos and ensembles with accompaniment patterns of our own, and drum pieces.</summary>
internal sealed class EnsembleArranger(ulong seed, int index, string id, CompositionOptions options)
{
    // the standard kit twice, because it is the most common
    private static readonly int[] Kits =
    [
        GmDrumKit.Standard,
        GmDrumKit.Standard,
        GmDrumKit.Room,
        GmDrumKit.Power,
        GmDrumKit.Electronic,
        GmDrumKit.Analog,
        GmDrumKit.Jazz,
        GmDrumKit.Brush,
    ];

    private static readonly Metre[] Metres = [new(4, 4), new(3, 4), new(6, 8), new(2, 4), new(12, 8), new(5, 4)];

    /// <summary>A piece for an ensemble.</summary>
    public ComposedPiece Compose(Ensemble ensemble)
    {
        var random = SeededRandom.For(seed, "plan");
        var family = GenreFamily.Of(ensemble.Family);
        var metre = ChooseMetre(ensemble, random);
        double compound = metre.IsCompound ? 0.7 : 1;
        double bpm = PieceChoices.Tempo(random, Math.Max(50, family.SlowBpm * compound), family.FastBpm * compound);
        if (ensemble.Chairs.Any(chair => chair.Texture is Texture.Ostinato or Texture.Tremolo))
            bpm = Math.Min(bpm, 140);
        var key = PieceChoices.Key(random, index, family);
        var sheet = SongForm.Build(
            SeededRandom.For(seed, "form"),
            key,
            metre,
            bpm,
            family.Harmony,
            PieceChoices.Seconds(random, options.PieceSeconds)
        );

        var parts = new List<Part>();
        int level = random.Between(-10, 8); // soft to loud as a whole
        int side = 0;
        foreach (var chair in ensemble.Chairs)
        {
            int centre =
                ensemble.Lead == chair.Program ? Math.Min(chair.Centre, InstrumentRanges.Of(ensemble.Lead).High - 20) : chair.Centre;
            var part = new Part(
                chair.Texture is Texture.RootBass or Texture.WalkingBass or Texture.PulseBass ? PlayerRole.Bass : PlayerRole.Harmony,
                chair.Program
            )
            {
                Volume = ensemble.Lead == chair.Program ? 104 : 92,
                Pan = ensemble.Chairs.Length == 1 ? 64 : 64 + (side++ % 2 == 0 ? -18 : 18),
            };
            new TexturePlayer(sheet, SeededRandom.For(seed, $"chair {side} {chair.Texture}")).Play(
                chair.Texture,
                part,
                centre,
                chair.Loudness + level,
                chair.WithBass,
                family.Swing
            );
            parts.Add(part);
        }
        if (ensemble.Drums is { } name)
        {
            var part = new Part(PlayerRole.Drums, Instrument.DrumKit)
            {
                Kit =
                    ensemble.Family is Genre.Techno or Genre.Trance or Genre.House or Genre.Chiptune or Genre.Synthwave
                        ? GmDrumKit.Electronic
                    : ensemble.Family == Genre.HipHop ? GmDrumKit.Analog
                    : GmDrumKit.Standard,
                Volume = 90,
            };
            DrumPattern
                .Named(name)
                .Play(sheet, part, SeededRandom.For(seed, "drums"), 82 + level / 2, fills: family.Harmony != HarmonyStyle.Ambient);
            parts.Add(part);
        }
        var melody = AddMelody(ensemble, sheet, family, parts, level, random);
        var (song, roles) = SongAssembly.Build($"{ensemble.Name}, {family.Name}, {key.Name}", sheet, parts);
        return Piece(ensemble.Kind, ensemble.Name, family, sheet, song, roles, melody) with
        {
            EnsembleName = ensemble.Name,
            Colour = ensemble.Family == Genre.Chiptune ? "chiptune" : null,
        };
    }

    /// <summary>Drums alone.</summary>
    public ComposedPiece ComposeDrums(int occurrence)
    {
        var random = SeededRandom.For(seed, "plan");
        var pattern = DrumPattern.All[(int)(((ulong)occurrence + options.Seed) % (ulong)DrumPattern.All.Count)];
        var fitting = Metres.Where(pattern.Fits).ToArray();
        var metre =
            pattern.Name.Contains("6/8", StringComparison.Ordinal) ? new Metre(6, 8)
            : pattern.Name.Contains("12/8", StringComparison.Ordinal) ? new Metre(12, 8)
            : fitting[0];
        var family = GenreFamily.Of(FamilyOf(pattern.Name));
        double bpm = PieceChoices.Tempo(random, family.SlowBpm * (metre.IsCompound ? 0.7 : 1), family.FastBpm);
        var sheet = SongForm.Build(
            SeededRandom.For(seed, "form"),
            new MusicalKey(0, Mode.Major),
            metre,
            bpm,
            HarmonyStyle.Rock,
            PieceChoices.Seconds(random, options.PieceSeconds * 0.75)
        );
        var part = new Part(PlayerRole.Drums, Instrument.DrumKit) { Kit = random.Pick(Kits), Volume = 105 };
        pattern.Play(sheet, part, SeededRandom.For(seed, "drums"), random.Between(74, 94), fills: random.Chance(0.8));
        var (song, roles) = SongAssembly.Build(pattern.Name, sheet, [part]);
        return Piece(PieceKind.Drums, pattern.Name, family, sheet, song with { KeySignatures = [] }, roles, []) with
        {
            Key = null,
            Chords = [],
            Sections = [.. Spans(sheet).Select(span => span with { Key = null })],
        };
    }

    /// <summary>The form of a sheet in ticks.</summary>
    public static List<SectionSpan> Spans(LeadSheet sheet) =>
        [
            .. sheet.Sections.Select(
                (section, i) =>
                {
                    int start = sheet.SectionStartBars[i] * sheet.Metre.BarTicks;
                    return new SectionSpan(
                        section.Name,
                        start,
                        start + section.Bars.Count * sheet.Metre.BarTicks,
                        section.Bars.Count,
                        section.Key
                    );
                }
            ),
        ];

    private List<MelodyNote> AddMelody(
        Ensemble ensemble,
        LeadSheet sheet,
        GenreFamily family,
        List<Part> parts,
        int level,
        SeededRandom random
    )
    {
        if (ensemble.Lead < 0)
            return [];
        var style = MelodyParts.StyleFor(random, ensemble.Lead, family, sheet.Bpm, 84 + level);
        if (ensemble.Kind == PieceKind.Ambient)
            style = style with { Activity = 0.1, Articulation = 1 };
        // a pianist's right hand stays above the left
        if (ensemble.Chairs.Length == 1 && ensemble.Chairs[0].Program == ensemble.Lead)
            style = style with { Low = Math.Max(style.Low, Math.Min(ensemble.Chairs[0].Centre + 8, style.High - 16)) };
        var melody = new MelodyWriter(SeededRandom.For(seed, "melody"), style).Write(
            sheet,
            ensemble.Chairs.Length == 0 || random.Chance(0.3)
        );
        parts.Add(MelodyParts.Play(melody, sheet, style, ensemble.Lead, PlayerRole.Melody, 110));
        if (ensemble.CounterProgram >= 0)
        {
            var (low, high) = InstrumentRanges.Of(ensemble.CounterProgram);
            var line = random.Chance(0.5)
                ? MelodyParts.Below(melody, sheet, low, high)
                : MelodyParts.GuideTones(sheet, Math.Max(low, 52), Math.Max(Math.Min(high, 74), low + 14), 66 + level);
            parts.Add(MelodyParts.Play(line, sheet, style with { Articulation = 0.95 }, ensemble.CounterProgram, PlayerRole.Counter, 92));
        }
        return melody;
    }

    private static Metre ChooseMetre(Ensemble ensemble, SeededRandom random)
    {
        if (ensemble.Drums is { } name)
            return Metres.First(DrumPattern.Named(name).Fits);
        if (ensemble.Chairs.Any(chair => chair.Texture == Texture.Waltz) || ensemble.Family == Genre.Waltz)
            return new(3, 4);
        if (ensemble.Chairs.Any(chair => chair.Texture is Texture.Stride) || ensemble.Family is Genre.Polka or Genre.Ragtime)
            return random.Pick([new Metre(2, 4), new(4, 4)]);
        if (
            ensemble.Chairs.Any(chair => chair.Texture is Texture.Boogie or Texture.WalkingBass or Texture.OffBeat)
            || ensemble.Family is Genre.March
        )
            return new(4, 4);
        return random.Pick(Metres, metre => metre switch
            {
                (4, 4) => 5,
                (3, 4) => 3,
                (6, 8) => 2.5,
                (2, 4) => 1,
                (12, 8) => 0.7,
                _ => 0.6,
            });
    }

    private static Genre FamilyOf(string pattern) =>
        pattern switch
        {
            "rock beat" or "half-time beat" or "tom groove" or "five-four beat" => Genre.Rock,
            "four-on-the-floor beat" => Genre.House,
            "disco beat" => Genre.Disco,
            "breakbeat" => Genre.TripHop,
            "boom bap beat" or "trap beat" => Genre.HipHop,
            "drum and bass beat" => Genre.DrumAndBass,
            "funk beat" => Genre.Funk,
            "bossa nova beat" => Genre.BossaNova,
            "samba beat" => Genre.Samba,
            "Latin percussion groove" => Genre.LatinJazz,
            "reggae one drop" => Genre.Reggae,
            "march beat" => Genre.March,
            "hand percussion groove" => Genre.Afro,
            "shuffle" => Genre.Shuffle,
            "swing beat" => Genre.Swing,
            "waltz beat" => Genre.Waltz,
            "jazz waltz beat" => Genre.JazzWaltz,
            "polka beat" => Genre.Polka,
            _ => Genre.Ballad,
        };

    private ComposedPiece Piece(
        PieceKind kind,
        string style,
        GenreFamily family,
        LeadSheet sheet,
        Midi.MidiSong song,
        List<PlayerRole> roles,
        List<MelodyNote> melody
    ) =>
        new()
        {
            Id = id,
            Seed = seed,
            TuneId = id,
            Split = Composer.SplitOf(id),
            Kind = kind,
            Style = style,
            Family = family,
            Sources = [Composer.OwnSource],
            Song = song,
            Roles = roles,
            Bpm = sheet.Bpm,
            Metre = sheet.Metre,
            Key = sheet.Sections[0].Key,
            Chords = sheet.Chords,
            Sections = Spans(sheet),
            Melody = melody,
        };
}
