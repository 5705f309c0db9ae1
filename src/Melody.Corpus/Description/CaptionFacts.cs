using System.Globalization;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Description;

/// <summary>
/// Facts of a window as phrases: each call words one fact in one of many ways. Everything comes from the window's
/// record, so a phrase is true when the record is.
/// </summary>
internal sealed class CaptionFacts(
    WindowRecord record,
    GenreFamily family,
    string? colour,
    string? ensemble,
    IReadOnlyList<int> programs,
    bool keyIsSure,
    SeededRandom random
)
{
    /// <summary>An instrument is named when it sounds for at least this part of the window.</summary>
    public const double LeastShare = 0.06;

    private readonly List<InstrumentRecord> _named =
    [
        .. record.Instruments.Where(instrument =>
            instrument.Share >= LeastShare && instrument.Program is <= ReverseCymbal or Instrument.DrumKit
        ),
    ];

    /// <summary>Whether one tempo holds throughout, so that its number may be stated.</summary>
    public bool TempoIsSteady { get; init; } = true;

    /// <summary>Whether the key may be stated.</summary>
    public bool HasKey => keyIsSure && record.Key != "none";

    /// <summary>Whether there are production words.</summary>
    public bool HasProduction => record.ProductionWords.Any(Words.Production.ContainsKey);

    /// <summary>A mood adjective of the window's group.</summary>
    public string Mood() =>
        random.Chance(0.35) ? random.Pick(Words.Moods[record.Moods[0]]) : record.Moods[random.Below(Math.Min(4, record.Moods.Count))];

    /// <summary>Two different mood adjectives.</summary>
    public string Moods()
    {
        string first = Mood();
        string second = random.Pick([.. Words.Moods[record.Moods[0]].Where(word => word != first)]);
        return random.Pick([$"{first}, {second}", $"{first} and {second}", $"{first} yet {second}", $"{first}, almost {second}"]);
    }

    /// <summary>Name of the genre.</summary>
    public string Genre()
    {
        if (record.Kind == PieceKind.Drums)
            return random.Pick(["drum loop", "drum groove", "beat", "drum pattern", "rhythm track", "percussion track"]);
        if (colour is not null && ColourSounds && random.Chance(0.35))
            return colour is "chiptune"
                ? random.Pick(["chiptune", "8-bit", "video game music"])
                : $"{colour} {random.Pick(["arrangement", "version", "piece"])}";
        if (EnsembleSounds && random.Chance(0.3))
            return random.Pick([ensemble!, ensemble!, $"{ensemble} music"]);
        return random.Pick(family.Words);
    }

    /// <summary>Whether the colour that the piece has as a whole is heard in this window.</summary>
    public bool ColourSounds
    {
        get
        {
            bool Has(Func<InstrumentRecord, bool> test) =>
                record.Instruments.Any(instrument => instrument.Share >= LeastShare && test(instrument));
            return colour switch
            {
                null => false,
                "music box" => Has(instrument => instrument.Program == MusicBox),
                "string orchestra" => Has(instrument => instrument.Family == InstrumentFamily.Strings),
                "brass band" => Has(instrument => instrument.Family == InstrumentFamily.Brass),
                "mallet" => Has(instrument => instrument.Family == InstrumentFamily.Mallets),
                "woodwind" => Has(instrument => instrument.Family == InstrumentFamily.Woodwind),
                "organ" => Has(instrument => instrument.Program is DrawbarOrgan or PercussiveOrgan or RockOrgan),
                "accordion and guitar" => Has(instrument => instrument.Program == Accordion)
                    && Has(instrument => instrument.Family == InstrumentFamily.Guitar),
                "chiptune" => Has(instrument => instrument.Program is SquareLead or SawtoothLead),
                "synthwave" or "electro" => Has(instrument => instrument.Family == InstrumentFamily.Synth),
                "orchestral" => Has(instrument => instrument.Family == InstrumentFamily.Strings),
                _ => true,
            };
        }
    }

    /// <summary>A noun for the clip.</summary>
    public string Noun() =>
        record.Kind == PieceKind.Drums
            ? random.Pick(["loop", "groove", "beat", "break"])
            : random.Pick<string>(
                HasVoices
                    ? ["track", "piece", "tune", "composition", "clip"]
                    : ["track", "piece", "tune", "instrumental", "composition", "clip", "excerpt", "recording", "number", "song"]
            );

    /// <summary>Whether something voice-like sounds.</summary>
    public bool HasVoices =>
        record.Instruments.Any(instrument => instrument.Program is ChoirAahs or VoiceOohs or SynthVoice or VoiceLead or ChoirPad);

    /// <summary>Whether there is a tune.</summary>
    public InstrumentRecord? Lead => _named.Where(instrument => instrument.Role == PlayerRole.Melody).MaxBy(instrument => instrument.Share);

    /// <summary>A name of the lead or of another instrument that sounds much.</summary>
    public string MainInstrument() =>
        Lead is { } lead && random.Chance(0.75) ? Name(lead.Program)
        : _named.Count > 0 ? Name(random.Pick(_named).Program)
        : "instruments";

    /// <summary>One of an instrument's names.</summary>
    public string Name(int program) => random.Chance(0.6) ? Instruments.Of(program).Name : random.Pick(Instruments.Of(program).Names);

    /// <summary>A list of some instruments, the lead first mostly: "flute, nylon guitar and drums".</summary>
    public string InstrumentList(int most)
    {
        if (_named.Count == 0)
            return "soft sounds";
        var names = _named
            .OrderByDescending(instrument => (instrument.Role == PlayerRole.Melody ? 2 : 0) + instrument.Share + random.NextDouble())
            .Take(most)
            .Select(instrument => Name(instrument.Program))
            .Distinct()
            .ToList();
        return Join(names);
    }

    /// <summary>
    /// "solo flute", "flute and harp duo", "string quartet": a name for the players where they are few and no others sound; else null.
    /// </summary>
    public string? Players()
    {
        if (EnsembleSounds && record.Instruments.Count > 1 && !ensemble!.Contains("band", StringComparison.Ordinal))
            return ensemble;
        if (PlayerNames() is not { } names)
            return null;
        if (names.Count == 1)
            return IsGroup(record.Instruments[0].Program) || IsPlural(names[0])
                ? names[0]
                : random.Pick([$"solo {names[0]}", $"solo {names[0]}", $"unaccompanied {names[0]}", $"{names[0]} solo"]);
        if (record.Drums || record.Instruments.Any(instrument => IsGroup(instrument.Program)))
            return Join(names);
        return names.Count == 2
            ? random.Pick([$"{Join(names)} duo", $"{Join(names)} duet", Join(names)])
            : random.Pick([$"{Join(names)} trio", Join(names)]);
    }

    /// <summary>The same, also in ways that say that nobody else plays.</summary>
    public string? OnlyPlayers() =>
        random.Chance(0.5) || PlayerNames() is not { } names
            ? Players()
            : random.Pick([
                $"just {Join([.. names.Select(Article)])}",
                $"only {Join(names)}",
                names.Count == 1 ? $"{names[0]} alone" : $"{Join(names)}, nothing else",
            ]);

    private List<string>? PlayerNames()
    {
        if (record.Instruments.Count is 0 or > 3 || record.Instruments.Count != _named.Count)
            return null;
        var names = record.Instruments.Select(instrument => Name(instrument.Program)).ToList();
        return names.Distinct().Count() == names.Count ? names : null;
    }

    // sounds of many players
    private static bool IsGroup(int program) =>
        program is TremoloStrings or PizzicatoStrings or (>= StringEnsemble1 and <= OrchestraHit) or (>= BrassSection and <= SynthBrass2);

    // the ensemble that the piece is written for, where all of it sounds in this window
    private bool EnsembleSounds =>
        ensemble is not null
        && programs.All(program => record.Instruments.Any(instrument => instrument.Program == program && instrument.Share >= LeastShare));

    /// <summary>Who plays what: "a flute carries the melody over nylon guitar and double bass".</summary>
    public string Roles()
    {
        var others = _named
            .Where(instrument => instrument != Lead)
            .Select(instrument => Name(instrument.Program))
            .Distinct()
            .Take(3)
            .ToList();
        if (Lead is not { } lead)
            return _named.Count == 0
                ? "the sound is very thin"
                : (
                    $"{random.Pick(["the sound is built from", "it is made of", "there is", "the texture rests on", "one hears"])} "
                    + $"{InstrumentList(4)}"
                ).Replace("there is drum", "there are drum", StringComparison.Ordinal);
        string name = Name(lead.Program);
        bool many = name.EndsWith('s') && IsPlural(name) && name != "brass";
        string verb = random.Pick([
            "carries the melody",
            "plays the tune",
            "takes the lead",
            "presents the main theme",
            "leads",
            "has the melody",
            "states the theme",
            "is in front",
        ]);
        if (many)
            verb = Plural(verb);
        if (others.Count == 0)
            return random.Pick([
                $"only {Article(name)} {(many ? "play" : "plays")}",
                $"{Article(name)} {(many ? "play" : "plays")} alone",
                $"just {name}, nothing else",
            ]);
        return random.Pick([
            $"{Article(name)} {verb} over {Join(others)}",
            $"{Article(name)} {verb}, backed by {Join(others)}",
            $"{Article(name)} {verb} while {Join(others)} {(others.Count == 1 && !IsPlural(others[0]) ? "accompanies" : "accompany")}",
            $"{Article(name)} {verb}, supported by {Join(others)}",
            $"{name} on top, {Join(others)} underneath",
        ]);
    }

    /// <summary>"120 bpm", "127.5 BPM", "ninety-six beats per minute".</summary>
    public string Bpm()
    {
        if (!TempoIsSteady)
            return random.Pick(["a changing tempo", "a free tempo", "an uneven tempo"]);
        bool whole = record.Bpm == Math.Floor(record.Bpm);
        string number = record.Bpm.ToString("0.##", CultureInfo.InvariantCulture);
        if (whole && random.Chance(0.08))
            number = EnglishNumbers.InWords((int)record.Bpm);
        string[] units = char.IsAsciiDigit(number[0])
            ? ["bpm", "bpm", "BPM", "beats per minute", "beats a minute"]
            : ["beats per minute", "beats a minute"];
        return $"{number} {random.Pick(units)}";
    }

    /// <summary>The tempo without a number.</summary>
    public string TempoWord() =>
        random.Pick<string>(
            record.Bpm switch
            {
                <= 66 => ["very slow", "slow", "largo", "crawling"],
                <= 84 => ["slow", "slow-tempo", "unhurried", "adagio"],
                <= 108 => ["mid-tempo", "medium-tempo", "moderate", "walking-pace", "andante"],
                <= 132 => ["medium-fast", "lively", "moving", "brisk", "allegretto"],
                <= 164 => ["fast", "up-tempo", "uptempo", "quick", "allegro"],
                _ => ["very fast", "racing", "breakneck", "presto", "fast"],
            }
        );

    /// <summary>"in A minor", "key of E flat major".</summary>
    public string Key()
    {
        int space = record.Key.IndexOf(' ', StringComparison.Ordinal);
        var (tonic, mode) = (record.Key[..space], record.Key[(space + 1)..]);
        string spoken =
            tonic.Length == 1
                ? tonic
                : random.Pick<string>(
                    tonic[1] == '#' ? [tonic, $"{tonic[0]} sharp", $"{tonic[0]}-sharp"] : [tonic, $"{tonic[0]} flat", $"{tonic[0]}-flat"]
                );
        if (mode == "minor" && random.Chance(0.15))
            return $"{tonic}m";
        return $"{spoken} {mode}";
    }

    /// <summary>"3/4", "waltz time", "five-four".</summary>
    public string Metre() =>
        record.TimeSignature switch
        {
            "4/4" => random.Pick(["4/4", "4/4 time", "common time", "four-four", "a 4/4 beat"]),
            "3/4" => random.Pick(["3/4", "3/4 time", "triple time", "three-four", "waltz time"]),
            "2/4" => random.Pick(["2/4", "2/4 time", "two-four", "duple time"]),
            "6/8" => random.Pick(["6/8", "6/8 time", "six-eight", "a rolling 6/8"]),
            "12/8" => random.Pick(["12/8", "12/8 time", "twelve-eight"]),
            "5/4" => random.Pick(["5/4", "5/4 time", "five-four", "an odd 5/4 metre"]),
            _ => record.TimeSignature + random.Pick(["", " time"]),
        };

    /// <summary>A use: "a rainy-day vlog".</summary>
    public string Use() => random.Pick(random.Chance(0.6) ? [.. record.Uses] : Words.Uses[record.Moods[0]]);

    /// <summary>What it is like: "mist over a harbour".</summary>
    public string Simile() => random.Pick(Words.Similes[record.Moods[0]]);

    /// <summary>An era or a setting; where none is known, what the music is like.</summary>
    public string Setting() => family.Settings.Length > 0 ? random.Pick(family.Settings) : Simile();

    /// <summary>A production phrase.</summary>
    public string Production() =>
        random.Pick(Words.Production[random.Pick([.. record.ProductionWords.Where(Words.Production.ContainsKey)])]);

    /// <summary>A trait such as "sparse", or null.</summary>
    public string? Trait()
    {
        string[] traits = record.Moods.Where(Words.Traits.ContainsKey).ToArray();
        return traits.Length == 0 ? null : random.Pick(Words.Traits[random.Pick(traits)]);
    }

    /// <summary>Something that is truly absent, or null.</summary>
    public string? Exclusion()
    {
        var absent = new List<string>();
        bool Sounds(InstrumentFamily group) => record.Instruments.Any(instrument => instrument.Family == group);
        if (!record.Drums)
            absent.AddRange(["no drums", "without drums", "no percussion", "drumless", "without percussion"]);
        if (!HasVoices)
            absent.AddRange(["instrumental", "no vocals", "without vocals", "no singing", "purely instrumental"]);
        if (!Sounds(InstrumentFamily.Guitar) && random.Chance(0.3))
            absent.AddRange(["no guitar", "without guitars"]);
        if (
            !Sounds(InstrumentFamily.Bass)
            && record.Instruments.All(instrument => instrument.Role != PlayerRole.Bass)
            && record.Notes.All(note => note.Pitch > 50 || note.Program == Instrument.DrumKit)
            && random.Chance(0.4)
        )
            absent.Add("no bass");
        if (
            !Sounds(InstrumentFamily.Synth)
            && record.Instruments.All(instrument =>
                instrument.Program
                    is not (SynthBass1 or SynthBass2 or SynthStrings1 or SynthStrings2 or SynthVoice or SynthBrass1 or SynthBrass2)
            )
            && random.Chance(0.3)
        )
            absent.AddRange(["no synths", "without synthesisers"]);
        if (!Sounds(InstrumentFamily.Brass) && random.Chance(0.15))
            absent.Add("no brass");
        return absent.Count == 0 ? null : random.Pick(absent);
    }

    /// <summary>"A flute", "an oboe", "drums": plural and mass names take no article.</summary>
    public static string Article(string name) =>
        IsPlural(name)
            ? name
            : (
                "aeiouAEIOU".Contains(name[0], StringComparison.Ordinal) && !name.StartsWith("uku", StringComparison.Ordinal)
                || name.StartsWith("FM", StringComparison.Ordinal)
                    ? "an "
                    : "a "
            ) + name;

    /// <summary>"a, b and c".</summary>
    public static string Join(IReadOnlyList<string> names) =>
        names.Count switch
        {
            0 => "",
            1 => names[0],
            _ => string.Join(", ", names.Take(names.Count - 1)) + " and " + names[^1],
        };

    // "carries the melody" -> "carry the melody".
    private static string Plural(string verb)
    {
        int space = verb.IndexOf(' ', StringComparison.Ordinal);
        var (first, rest) = space < 0 ? (verb, "") : (verb[..space], verb[space..]);
        return (
                first switch
                {
                    "carries" => "carry",
                    "has" => "have",
                    "is" => "are",
                    _ => first[..^1],
                }
            ) + rest;
    }

    private static bool IsPlural(string name) =>
        name.EndsWith('s') && !name.EndsWith("ss", StringComparison.Ordinal) && name is not ("brass" or "tom-toms")
        || name is "brass" or "drum kit" or "pizzicato" or "percussion"
        || name.EndsWith("bass", StringComparison.Ordinal) && name.StartsWith("slap", StringComparison.Ordinal);
}
