using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Foundation;
using Melody.Music;

namespace Melody.Corpus.Description;

/// <summary>
/// Writes eight sentences about a window, from two words to a full description with tempo, key, metre, instruments,
/// era, use and production, and a list of tags. Each kind of sentence has many shapes; no two of a clip are the same.
/// </summary>
internal sealed class Captioner(WindowRecord record, GenreFamily family, string? colour, CaptionFacts facts, SeededRandom random)
{
    private readonly CaptionFacts _facts = facts;

    /// <summary>For a window of a composed piece.</summary>
    public Captioner(WindowRecord record, ComposedPiece piece, bool keyIsSure, SeededRandom random)
        : this(
            record,
            piece.Family,
            piece.Colour,
            new CaptionFacts(
                record,
                piece.Family,
                piece.Colour,
                piece.EnsembleName,
                [.. piece.Song.Tracks.Select(track => track.IsDrums ? Instrument.DrumKit : track.Program).Distinct()],
                keyIsSure,
                random
            ),
            random
        ) { }

    /// <summary>For a window of which the genre is not known.</summary>
    public Captioner(WindowRecord record, bool keyIsSure, bool tempoIsSteady, SeededRandom random)
        : this(
            record,
            GenreFamily.Unknown,
            null,
            new CaptionFacts(record, GenreFamily.Unknown, null, null, [], keyIsSure, random) { TempoIsSteady = tempoIsSteady },
            random
        ) { }

    /// <summary>Eight different sentences.</summary>
    public List<string> Captions()
    {
        Func<string>[] kinds = [Terse, Short, Medium, Full, ForUse, Described, Request, Produced];
        var captions = new List<string>();
        foreach (var kind in kinds)
        {
            string sentence = "";
            for (int attempt = 0; attempt < 20; attempt++)
            {
                sentence = TextVariation.Apply(Sentence(kind()), random);
                if (!captions.Contains(sentence, StringComparer.OrdinalIgnoreCase))
                    break;
            }
            captions.Add(sentence);
        }
        return captions;
    }

    /// <summary>Plain tags: mood, genre, instruments, tempo and whatever else is known, in random order.</summary>
    public List<string> Tags()
    {
        var tags = new List<string>(record.Moods.Take(4)) { family.Name, _facts.Genre(), _facts.Bpm(), _facts.TempoWord() };
        tags.AddRange(
            record
                .Instruments.Where(instrument => instrument.Share >= CaptionFacts.LeastShare)
                .Take(5)
                .Select(instrument => instrument.Name)
        );
        if (_facts.HasKey)
            tags.Add(record.Key);
        if (random.Chance(0.5))
            tags.Add(record.TimeSignature);
        tags.AddRange(record.Settings.Take(1));
        tags.AddRange(record.ProductionWords);
        if (colour is not null && _facts.ColourSounds)
            tags.Add(colour);
        if (_facts.Players() is { } players)
            tags.Add(players);
        if (_facts.Exclusion() is { } exclusion)
            tags.Add(exclusion);
        return [.. random.Shuffle(tags.Select(tag => tag.ToLowerInvariant()).Distinct())];
    }

    private static string Sentence(string text)
    {
        text = text.Trim();
        if (text.Length > 0 && char.IsLower(text[0]))
            text = char.ToUpperInvariant(text[0]) + text[1..];
        return text.EndsWith('.') || text.EndsWith('!') || text.EndsWith('?') ? text : text + ".";
    }

    private string Terse() =>
        random.Below(_facts.Players() is null ? 9 : 14) switch
        {
            6 => $"{_facts.TempoWord()} {_facts.Mood()} {_facts.MainInstrument()}{Maybe(_facts.HasKey ? _facts.Key() : null, " in ", 0.6)}",
            7 => $"{_facts.Genre()}{Maybe(_facts.Exclusion(), ", ", 0.8)}",
            8 => $"{_facts.MainInstrument()}, {_facts.Bpm()}{Maybe(_facts.HasKey ? _facts.Key() : null, ", ", 0.5)}",
            9 => $"{_facts.OnlyPlayers()}",
            10 => $"{_facts.Mood()} {_facts.Players()}",
            11 => $"{_facts.TempoWord()} {_facts.Mood()} {_facts.Players()}{Maybe(_facts.HasKey ? _facts.Key() : null, " in ", 0.6)}",
            12 => $"{_facts.OnlyPlayers()}{Maybe(_facts.Exclusion(), ", ", 0.8)}",
            13 => $"{_facts.OnlyPlayers()}, {_facts.Bpm()}",
            0 => $"{_facts.Mood()} {_facts.MainInstrument()}",
            1 => $"{_facts.Mood()} {_facts.Genre()}",
            2 => $"{_facts.TempoWord()} {_facts.Genre()}",
            3 => $"{_facts.Genre()}, {_facts.Bpm()}",
            4 => $"{_facts.MainInstrument()}, {_facts.Mood()}",
            _ => $"{_facts.Mood()}, {_facts.TempoWord()} {_facts.Noun()}",
        };

    private string Short() =>
        random.Below(_facts.Players() is null ? 7 : 10) switch
        {
            7 => $"{_facts.TempoWord()}, {_facts.Mood()} {_facts.Genre()} for {_facts.Players()}",
            8 => $"{_facts.OnlyPlayers()}, {_facts.Moods()}, {_facts.Bpm()}",
            9 => $"{_facts.Mood()} "
                + $"{_facts.Players()}{Maybe(_facts.HasKey ? _facts.Key() : null, " in ", 0.7)}{Maybe(_facts.Exclusion(), ", ", 0.4)}",
            0 => $"{CaptionFacts.Article(_facts.Mood())} {_facts.Genre()} {_facts.Noun()} with {_facts.InstrumentList(2)}",
            1 => $"{_facts.Mood()} {_facts.Genre()} on {_facts.InstrumentList(3)}",
            2 => $"{_facts.Genre()} with {_facts.InstrumentList(3)}{Maybe(_facts.Exclusion(), ", ", 0.4)}",
            3 => $"{_facts.Moods()} {_facts.Noun()}, {_facts.InstrumentList(2)}",
            4 => $"{_facts.TempoWord()} {_facts.Genre()} for {_facts.InstrumentList(3)}",
            5 => $"{_facts.InstrumentList(3)} in {CaptionFacts.Article(_facts.Mood())} {_facts.Noun()}",
            _ => $"{_facts.Mood()} {_facts.Noun()} in {InKeyOrMetre()}",
        };

    private string Medium() =>
        random.Below(7) switch
        {
            6 => $"{_facts.Mood()} {_facts.Genre()}, like {_facts.Simile()}, on {_facts.InstrumentList(3)}",
            0 => $"{CaptionFacts.Article(_facts.Mood())} {_facts.Genre()} {_facts.Noun()} at {_facts.Bpm()}, with "
                + $"{_facts.InstrumentList(3)}",
            1 => $"{_facts.TempoWord()}, {_facts.Mood()} {_facts.Genre()}: {_facts.Roles()}",
            2 => $"This {_facts.Noun()} is {_facts.Moods()}; {_facts.Roles()}",
            3 => $"{_facts.Genre()} from the world of {_facts.Setting()}, {_facts.Moods()}, {_facts.Bpm()}",
            4 => $"In this {_facts.Mood()} {_facts.Noun()} {_facts.Roles()}",
            _ => $"{_facts.Roles()} in {CaptionFacts.Article(_facts.TempoWord())} {_facts.Genre()} {_facts.Noun()}",
        };

    private string Full()
    {
        string[] details = random.Shuffle(
            new[]
            {
                $"{random.Pick(["at ", "tempo ", "played at ", "around "])}{_facts.Bpm()}",
                InKeyPhrase(),
                $"in {_facts.Metre()}",
            }.Where(detail => detail.Length > 0)
        );
        return random.Below(4) switch
        {
            0 => $"{CaptionFacts.Article(_facts.Moods())} {_facts.Genre()} {_facts.Noun()}, {string.Join(", ", details)}. "
                + $"{Upper(_facts.Roles())}{Maybe(_facts.Exclusion(), ", ", 0.3)}",
            1 => $"{Upper(_facts.Roles())} in this {_facts.Mood()} {_facts.Genre()} {_facts.Noun()}, {string.Join(", ", details)}",
            2 => $"{_facts.Genre()}, {string.Join(", ", details)}. {Upper(_facts.Roles())}, and the mood is {_facts.Moods()}",
            _ => $"The {_facts.Noun()} is {CaptionFacts.Article(_facts.TempoWord())} {_facts.Genre()} {_facts.Noun()}, "
                + $"{string.Join(", ", details)}; {_facts.Roles()}. It feels {_facts.Moods()}",
        };
    }

    private string ForUse() =>
        random.Below(7) switch
        {
            0 => $"{_facts.Mood()} {_facts.Genre()} for {_facts.Use()}",
            1 => $"{CaptionFacts.Article(_facts.Mood())} {_facts.Noun()} that would suit {_facts.Use()}, with {_facts.InstrumentList(3)}",
            2 => $"Background music for {_facts.Use()}: {_facts.Mood()}, {_facts.TempoWord()}, {_facts.InstrumentList(2)}",
            3 => $"Perfect for {_facts.Use()}: {_facts.Moods()} {_facts.Genre()} at {_facts.Bpm()}",
            4 => $"Something {_facts.Mood()} for {_facts.Use()}, {_facts.InstrumentList(3)}{Maybe(_facts.Exclusion(), ", ", 0.4)}",
            5 => $"This could be heard in {_facts.Use()}: {_facts.Roles()}",
            _ => $"{_facts.InstrumentList(3)} playing {CaptionFacts.Article(_facts.Mood())} {_facts.Genre()} {_facts.Noun()}, good "
                + $"for {_facts.Use()}",
        };

    private string Described()
    {
        string? section = EnumName<SectionName>.Find(record.Section) switch
        {
            SectionName.Intro => random.Pick(["the opening of a song", "an introduction", "how a song begins"]),
            SectionName.Ending => random.Pick(["the end of a song", "a final cadence", "how a song closes"]),
            SectionName.Bridge => random.Pick(["the bridge of a song", "a contrasting middle part"]),
            _ => null,
        };
        string? trait = _facts.Trait();
        string first = random.Below(4) switch
        {
            0 => $"{_facts.Genre()} that calls up {_facts.Setting()}",
            1 => $"{CaptionFacts.Article(_facts.Mood())} {_facts.Genre()} {_facts.Noun()} with a feeling of {_facts.Setting()}",
            2 => $"{_facts.Moods()} {_facts.Genre()}, {_facts.TempoWord()}",
            _ => $"Imagine {_facts.Setting()}: {_facts.Genre()}, {_facts.Mood()} and {_facts.TempoWord()}",
        };
        var more = new List<string> { _facts.Roles() };
        if (trait is not null)
            more.Add(random.Pick([$"the playing is {trait}", $"the sound is {trait}", $"overall it is {trait}"]));
        if (section is not null && random.Chance(0.7))
            more.Add(random.Pick([$"it sounds like {section}", $"this is {section}"]));
        if (random.Chance(0.45))
            more.Add(random.Pick(["it feels like ", "it moves like ", "the mood is that of ", "one thinks of "]) + _facts.Simile());
        if (_facts.HasKey && random.Chance(0.3))
            more.Add($"the key is {_facts.Key()}");
        if (_facts.Exclusion() is { } exclusion && random.Chance(0.4))
            more.Add(exclusion);
        return $"{first}. {Upper(string.Join("; ", random.Shuffle(more)))}";
    }

    private string Request() =>
        random.Below(8) switch
        {
            0 => $"Make {CaptionFacts.Article(_facts.Mood())} {_facts.Genre()} {_facts.Noun()} with {_facts.InstrumentList(3)}, "
                + $"{_facts.Bpm()}",
            1 => $"I want {CaptionFacts.Article(_facts.TempoWord())} {_facts.Genre()} "
                + $"{_facts.Noun()}{Maybe(_facts.HasKey ? _facts.Key() : null, " in ", 0.6)} with {_facts.InstrumentList(2)}",
            2 => $"Give me {_facts.Mood()} {_facts.Genre()}, {_facts.Bpm()}{Maybe(_facts.Exclusion(), ", ", 0.5)}",
            3 => $"{_facts.Genre()} / {_facts.Mood()} / {_facts.InstrumentList(2)} / {_facts.Bpm()}",
            4 => $"Please compose {CaptionFacts.Article(_facts.Mood())} {_facts.Noun()} for {_facts.Use()} in {InKeyOrMetre()}",
            5 => $"We need {_facts.Genre()} for {_facts.Use()}, {_facts.TempoWord()} and {_facts.Mood()}",
            6 => $"{_facts.InstrumentList(3)}, {_facts.Mood()}, {_facts.Setting()}, {_facts.Bpm()}",
            _ => $"Write something {_facts.Mood()} with {_facts.InstrumentList(2)}, in {InKeyOrMetre()}, {_facts.Bpm()}",
        };

    private string Produced()
    {
        if (!_facts.HasProduction)
            return $"{Upper(_facts.TempoWord())} {_facts.Genre()} in {InKeyOrMetre()}, "
                + $"{_facts.InstrumentList(4)}{Maybe(_facts.Exclusion(), ", ", 0.7)}{Maybe(_facts.Trait(), "; the sound is ", 0.5)}";
        return random.Below(5) switch
        {
            0 => $"{_facts.Mood()} {_facts.Genre()} with {_facts.Production()}",
            1 => $"{_facts.InstrumentList(3)}, {_facts.Production()}, {_facts.Bpm()}",
            2 => $"{_facts.Genre()} at {_facts.Bpm()} with {_facts.Production()}; {_facts.Roles()}",
            3 => $"The {_facts.Noun()} has {_facts.Production()} and feels {_facts.Mood()}{Maybe(_facts.Exclusion(), ", ", 0.4)}",
            _ => $"{CaptionFacts.Article(_facts.Mood())} {_facts.Noun()} in {InKeyOrMetre()}, {_facts.Production()}, "
                + $"{_facts.InstrumentList(2)}",
        };
    }

    private string InKeyPhrase() =>
        _facts.HasKey ? random.Pick([$"in {_facts.Key()}", $"in the key of {_facts.Key()}", $"key: {_facts.Key()}"]) : "";

    private string InKeyOrMetre() => _facts.HasKey && random.Chance(0.75) ? _facts.Key() : _facts.Metre();

    private string Maybe(string? text, string before, double probability) =>
        text is not null && random.Chance(probability) ? before + text : "";

    private static string Upper(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
