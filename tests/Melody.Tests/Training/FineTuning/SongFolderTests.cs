using Melody.Audio;
using Melody.Corpus.Import;
using Melody.Training.FineTuning;

namespace Melody.Tests.Training.FineTuning;

/// <summary>Recordings are found, stems mixed, words told; what is too little is refused.</summary>
public sealed class SongFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _mixes = new();
    private readonly NotedLog _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _mixes.Dispose();
    }

    [Theory]
    [InlineData("03 - Boss_Fight (final mix).ogg", "boss fight")]
    [InlineData("albums/escape from chaosland.wav", "escape from chaosland")]
    [InlineData("don't stop.wav", "don't stop")]
    [InlineData("track 01.wav", null)]
    [InlineData("2024-01-05 12.30.wav", null)]
    [InlineData("a b.wav", null)]
    public void ANameMaySayWhatTheMusicIs(string name, string? words) => Assert.Equal(words, NameWords.Of(name));

    [Fact]
    public void StemsAreMixedAndTheMixAloneIsTaken()
    {
        Write("feelings/guitar.wav", 0.25f);
        Write("feelings/song.wav", 0.5f);
        Write("calm/mixture.wav", 0.1f);
        Write("calm/drums.wav", 0.2f);
        Write("calm/bass.wav", 0.3f);
        Write("boss part 1.wav", 0.4f);
        Write("boss part 2.wav", 0.4f);
        Write("march (drums).wav", 0.75f);
        Write("march (bass).wav", 0.75f);
        var songs = Read();
        Assert.Equal(
            ["boss part 1.wav", "boss part 2.wav", "calm/mixture.wav", "feelings.wav", "march (bass).wav"],
            songs.Files.Select(file => file.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal((4, 2), (songs.Songs, songs.Mixed));
        // 0.25 + 0.5; 0.75 + 0.75 is too loud and goes down to full scale
        Assert.Equal(0.75f, LevelOf("feelings.wav"), 1e-3f);
        Assert.Equal(1f, LevelOf("march (bass).wav"), 1e-3f);
        Assert.Equal("feelings", songs.WordsOf("feelings.wav"));

        float LevelOf(string name) => AudioClip.Read(songs.Files.Single(file => file.Name == name).Path).Samples[100];
    }

    [Fact]
    public void StemsOfOtherLengthsAreRecordingsOfTheirOwn()
    {
        Write("a/guitar.wav", 0.1f, seconds: 2);
        Write("a/piano.wav", 0.1f, seconds: 9);
        Write("b.wav", 0.1f);
        Assert.Equal(["a/guitar.wav", "a/piano.wav", "b.wav"], Read().Files.Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WordsComeFromTheTableThenTextFilesThenNames()
    {
        foreach (var name in new[] { "one", "two", "Boss fight", "track 4" })
            Write(name + ".wav", 0.1f);
        File.WriteAllText(_folder["two.txt"], "a slow waltz");
        File.WriteAllText(_folder["captions.csv"], "file,caption\none.wav,a fast march\n");
        Assert.Equal(new CaptionSources(1, 1, 1, 0, 1), Read(captions: _folder["captions.csv"]).Captions);
        Assert.Equal(new CaptionSources(1, 1, 0, 2, 0), Read(captions: _folder["captions.csv"], words: "chiptune").Captions);
    }

    [Fact]
    public void OneSongIsTooFew()
    {
        Write("march (drums).wav", 0.1f);
        Assert.Contains("holds one recording", Refused(), StringComparison.Ordinal);
        Write("march (bass).wav", 0.1f);
        Assert.Contains("The 2 recordings", Refused(), StringComparison.Ordinal);
        Assert.Contains("stems or parts of one song", Refused(), StringComparison.Ordinal);
        Write("waltz.wav", 0.1f);
        Assert.Equal(2, Read().Songs);
        Assert.Contains(_log.Notes, note => note.StartsWith("2 songs are few", StringComparison.Ordinal));
    }

    [Fact]
    public void ScoresAreNoRecordings()
    {
        File.WriteAllBytes(_folder["score.mid"], []);
        Assert.Contains("holds MIDI files only", Refused(), StringComparison.Ordinal);
        Write("a.wav", 0.1f);
        Write("b.wav", 0.1f);
        Assert.Equal(2, Read().Files.Count);
        Assert.Contains("Left out: 1 MIDI file; an adapter learns from recordings.", _log.Notes);
    }

    private string Refused() => Assert.Throws<MelodyException>(() => Read()).Message;

    private SongFolder Read(string? captions = null, string? words = null)
    {
        var request = new FineTuningRequest
        {
            Folder = _folder.Path,
            Output = "",
            Name = "",
            Model = "",
            Captions = captions,
            Words = words,
        };
        return SongFolder.Read(request, _mixes.Path, _log, TestContext.Current.CancellationToken);
    }

    // a constant, which tells at any sample what was added to what
    private void Write(string name, float level, double seconds = 2)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        new AudioClip([.. Enumerable.Repeat(level, (int)(seconds * 8000))], 8000).Write(_folder[name]);
    }

    internal sealed class NotedLog : IFineTuningLog
    {
        public List<string> Notes { get; } = [];

        public void Note(string sentence) => Notes.Add(sentence);

        public void Progress(string stage, double fraction) { }
    }
}
