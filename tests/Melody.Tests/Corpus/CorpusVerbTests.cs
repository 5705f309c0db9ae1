using Melody.Audio;
using Melody.Corpus.Midi;
using Melody.Corpus.Storage;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Midi;
using Melody.Tests.Corpus.Rendering;

namespace Melody.Tests.Corpus;

public sealed class CorpusVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_corpus_is_built_counted_and_heard()
    {
        var font = SynthesizerTests.SmallFont().Name;
        string[] build =
        [
            "corpus",
            "build",
            "--minutes",
            "1",
            "--piece-seconds",
            "20",
            "--rate",
            "16000",
            "--no-mma",
            "--shard-pieces",
            "2",
            "--font",
            font,
            "--format",
            "wav",
            "--json",
        ];
        var first = await ToolRun.RunAsync([.. build, "-o", _folder["a"]]);
        Assert.True(first.Code == 0, first.Error);
        Assert.Equal(first.Json.GetProperty("shards").GetInt32(), first.Json.GetProperty("shardsDone").GetInt32());
        Assert.True(first.Json.GetProperty("seconds").GetDouble() > 45);

        using (var corpus = CorpusReader.Open(_folder["a"]))
        {
            var splits = corpus
                .Pieces.GroupBy(piece => piece.Record.TuneId)
                .Select(tune => tune.Select(piece => piece.Record.Split).Distinct().Count());
            Assert.All(splits, count => Assert.Equal(1, count));
            foreach (var window in corpus.Windows())
            {
                var record = corpus.Describe(window);
                var sound = corpus.Read(window);
                Assert.Equal(160_000, sound.Length);
                Assert.InRange(sound.Max(Math.Abs), 0.02f, 0.9f); // true peak at most -1 dBTP
                Assert.True(record.Captions.Count >= 6);
            }
        }

        var stats = await ToolRun.RunAsync("corpus", "stats", _folder["a"], "--melodies", "1", "--charts", _folder["charts"], "--json");
        Assert.True(stats.Code == 0, stats.Error);
        int Sum(string name) => stats.Json.GetProperty(name).EnumerateObject().Sum(entry => entry.Value.GetInt32());
        Assert.Equal(Sum("windows"), Sum("keys") + Sum("modalKeys") + stats.Json.GetProperty("withoutKey").GetInt32());
        Assert.All(stats.Json.GetProperty("keys").EnumerateObject(), key =>
            Assert.True(key.Name.EndsWith(" major", StringComparison.Ordinal) || key.Name.EndsWith(" minor", StringComparison.Ordinal))
        );
        Assert.Equal(0, Sum("grooves")); // without MMA there are none
        Assert.Equal(0, stats.Json.GetProperty("sharedCaptions").GetInt32());
        Assert.InRange(stats.Json.GetProperty("longestRest").GetDouble(), 0, 2);
        var bars =
            System
                .Xml.Linq.XDocument.Load(Path.Combine(_folder["charts"], "instruments.svg"))
                .Descendants()
                .Count(element => element.Name.LocalName == "rect") - 1;
        Assert.Equal(stats.Json.GetProperty("instruments").EnumerateObject().Count(), bars);
        Assert.Equal(first.Json.GetProperty("seconds").GetDouble() / 3600, stats.Json.GetProperty("hours").GetDouble(), 1e-3);
        Assert.Equal(0, (await ToolRun.RunAsync("corpus", "stats", _folder["a"], "--melodies", "0")).Code);

        var listen = await ToolRun.RunAsync("corpus", "listen", _folder["a"], "2", "-o", _folder["clips"]);
        Assert.True(listen.Code == 0, listen.Error);
        Assert.Equal(2, Directory.GetFiles(_folder["clips"], "*.wav").Length);
        Assert.All(Directory.GetFiles(_folder["clips"], "*.txt"), file => Assert.True(File.ReadAllLines(file).Length >= 7));

        (await ToolRun.RunAsync([.. build, "-o", _folder["a"], "--seed", "2"])).AssertRefused("another seed");
    }

    [Fact]
    public async Task A_midi_file_becomes_a_sound_file()
    {
        var font = SynthesizerTests.SmallFont().Name;
        MidiWriter.Write(new MidiSong { Tracks = [new() { Channel = 0, Notes = [new(0, 960, 69, 90)] }] }, _folder["a.mid"]);
        var run = await ToolRun.RunAsync("corpus", "render", _folder["a.mid"], "-o", _folder["a.wav"], "--font", font, "--json");
        Assert.True(run.Code == 0, run.Error);
        var clip = AudioClip.Read(_folder["a.wav"]);
        Assert.Equal((44_100, 2), (clip.SampleRate, clip.Channels));
        Assert.Equal(run.Json.GetProperty("seconds").GetDouble(), clip.Seconds, 1e-3);
        var bytes = File.ReadAllBytes(_folder["a.wav"]);
        (await ToolRun.RunAsync("corpus", "render", _folder["a.mid"], "-o", _folder["a.wav"], "--font", font)).AssertRefused("--force");
        Assert.Equal(bytes, File.ReadAllBytes(_folder["a.wav"]));
        (await ToolRun.RunAsync("corpus", "render", _folder["a.mid"], "-o", _folder["a.xyz"], "--font", font)).AssertRefused("xyz");
        File.WriteAllText(_folder["b.mid"], "no music");
        (await ToolRun.RunAsync("corpus", "render", _folder["b.mid"], "-o", _folder["b.wav"])).AssertRefused("is not a MIDI file");
        Assert.False(File.Exists(_folder["b.wav"]));
    }

    [Fact]
    public async Task A_folder_of_recordings_is_imported_and_mistakes_are_told()
    {
        Directory.CreateDirectory(_folder["in"]);
        new AudioClip([.. Enumerable.Range(0, 48_000).Select(n => 0.2f * MathF.Sin(n * 0.05f))], 16_000).Write(
            Path.Combine(_folder["in"], "x.wav")
        );
        File.WriteAllText(Path.Combine(_folder["in"], "x.txt"), "A low hum.");
        var run = await ToolRun.RunAsync(
            "corpus",
            "import",
            _folder["in"],
            "-o",
            _folder["out"],
            "--format",
            "wav",
            "--licence",
            "CC0-1.0",
            "--json"
        );
        Assert.True(run.Code == 0, run.Error);
        using (var corpus = CorpusReader.Open(_folder["out"]))
            Assert.Equal("CC0-1.0", Assert.Single(corpus.Pieces).Record.Sources[0].Licence);
        (await ToolRun.RunAsync("corpus")).AssertRefused("Say what to do with a corpus: build, import");
        (await ToolRun.RunAsync("corpus", "import", _folder["nothing"], "-o", _folder["o"])).AssertRefused("does not exist");
        (await ToolRun.RunAsync("corpus", "import", _folder["in"], "-o", _folder["o"], "--shard", "3/2")).AssertRefused("--shard is '3/2'");
        (await ToolRun.RunAsync("corpus", "build", "-o", _folder["o"], "--font", "no-such-font")).AssertRefused("no-such-font");
        (await ToolRun.RunAsync("corpus", "stats", _folder["o"])).AssertRefused("holds no corpus");
    }
}
