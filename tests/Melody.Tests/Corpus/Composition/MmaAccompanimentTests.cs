using System.Text.RegularExpressions;
using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Music;
using Melody.Tests.Corpus.Midi;

namespace Melody.Tests.Corpus.Composition;

public sealed class MmaAccompanimentTests
{
    [Theory]
    [InlineData("BossaNova")] // 4/4
    [InlineData("JazzWaltz")] // 3/4
    [InlineData("Ballad68")] // 6/8
    [InlineData("Jazz54")] // 5/4
    [InlineData("Ballad128")] // 12/8 or 4/4
    public void AccompanimentsPlayTheChordsOfTheSheetAtTheirTimes(string name)
    {
        if (!MmaAccompaniment.IsInstalled)
            Assert.Skip(MmaAccompaniment.InstallHint);
        var groove = GrooveCatalog.All.First(groove => groove.Name == name);
        var style = GrooveCatalog.Styles.First(style => style.File == groove.File && style.Metre == groove.Metre);
        var key = new MusicalKey(2, Mode.Major);
        var section = new Section(SectionName.A, key, RomanNumerals.Parse("I|vi IV|ii|V7|I|I", key));
        var sheet = new LeadSheet(style.Metre, 96, HarmonyStyle.Pop, [section]);
        var parts = MmaAccompaniment.Play(sheet, style, [groove], null, true, 7);
        var notes = parts
            .Where(part => part.Role != PlayerRole.Drums)
            .SelectMany(part => part.Notes)
            .Where(note => note.Length > 60)
            .ToList();
        Assert.True(notes.Count > 20);
        Assert.InRange(notes.Max(note => note.End), sheet.TotalTicks - sheet.Metre.BarTicks, sheet.TotalTicks);
        // In the middle of each chord nearly everything that sounds belongs to it (jazz players add a sixth or a ninth).
        var (inside, all) = (0, 0);
        foreach (var span in sheet.Chords)
        {
            var middle = span.Start + span.Length * 2 / 5;
            foreach (var note in notes.Where(note => note.Start <= middle && note.End > middle && note.Start >= span.Start))
            {
                all++;
                if (span.Chord.Contains(note.Pitch))
                    inside++;
            }
        }
        Assert.True(all >= 6 && inside >= 0.8 * all, $"{inside} of {all}");
    }

    [Fact]
    public void TheProgramSaysItsVersion()
    {
        if (!MmaAccompaniment.IsInstalled)
            Assert.Skip(MmaAccompaniment.InstallHint);
        Assert.Matches(new Regex(@"^\d+\.\d+"), MmaAccompaniment.Version);
    }

    [Fact]
    public void TheSameSeedGivesTheSameBand()
    {
        if (!MmaAccompaniment.IsInstalled)
            Assert.Skip(MmaAccompaniment.InstallHint);
        var options = new CompositionOptions { Seed = 3, PieceSeconds = 25 };
        Assert.Equal(MidiWriter.ToBytes(new Composer(options).Compose(0).Song), MidiWriter.ToBytes(new Composer(options).Compose(0).Song));
    }

    [Fact]
    public void TheTableNamesGroovesOfTheLibrary()
    {
        if (!Directory.Exists("/usr/share/mma/lib"))
            Assert.Skip(MmaAccompaniment.InstallHint);
        foreach (var file in GrooveCatalog.All.GroupBy(groove => groove.File).Where((_, i) => i % 10 == 0))
        {
            var text = File.ReadAllText(Path.Combine("/usr/share/mma/lib", file.Key));
            foreach (var groove in file)
                Assert.Matches($@"(?im)^\s*defgroove\s+{System.Text.RegularExpressions.Regex.Escape(groove.Name)}(\s|$)", text);
        }
    }

    [Fact]
    public void TheTableHasThousandsOfGroovesInSixMetres()
    {
        Assert.True(GrooveCatalog.All.Count > 1100);
        Assert.Equal(GrooveCatalog.All.Count, GrooveCatalog.All.Select(groove => groove.Name.ToUpperInvariant()).Distinct().Count());
        Assert.Superset(
            new HashSet<string> { "4/4", "3/4", "6/8", "12/8", "5/4" },
            GrooveCatalog.All.Select(groove => groove.Metre.ToString()).ToHashSet()
        );
    }

    [Fact]
    public void TwoChordsShareABarOnWholeBeats()
    {
        var key = new MusicalKey(0, Mode.Major);
        var section = new Section(SectionName.A, key, RomanNumerals.Parse("I V", key));
        string Text(Metre metre, int mmaBeats)
        {
            var groove = new Groove("G", "f.mma", metre, mmaBeats, GenreFamily.Of(Genre.Pop));
            return MmaAccompaniment.Write(
                new LeadSheet(metre, 90, HarmonyStyle.Pop, [section]),
                new GrooveStyle("f.mma", groove.Family, metre, [groove]),
                [groove],
                null,
                true,
                1
            );
        }
        Assert.Contains("1 C / G /", Text(new(4, 4), 4), StringComparison.Ordinal);
        Assert.Contains("1 C / G\n", Text(new(3, 4), 3), StringComparison.Ordinal);
        Assert.Contains("1 C / / G / /", Text(new(6, 8), 6), StringComparison.Ordinal);
        // 90 dotted quarters a minute are 270 eighths, which is what MMA counts in this groove.
        Assert.Contains("Tempo 270\n", Text(new(6, 8), 6), StringComparison.Ordinal);
    }
}
