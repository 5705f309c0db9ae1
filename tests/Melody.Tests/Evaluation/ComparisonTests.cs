using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Melody.Audio;
using Melody.Evaluation.Comparison;
using Melody.Tests.Audio;
using Melody.Tests.Cli;

namespace Melody.Tests.Evaluation;

/// <summary>Blind comparison: neither order, format nor loudness tells the sources apart, and the page keeps its secret.</summary>
public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ComparisonTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(12)]
    [InlineData(7)]
    [InlineData(1)]
    public void Each_source_is_A_for_half_of_the_prompts_and_anywhere(int count)
    {
        var first = new int[count];
        for (int seed = 0; seed < 400; seed++)
        {
            var order = BlindOrder.Draw(count, seed);
            Assert.InRange(order.Count(a => a), count / 2, (count + 1) / 2);
            Assert.Equal(order, BlindOrder.Draw(count, seed));
            for (int i = 0; i < count; i++)
                first[i] += order[i] ? 1 : 0;
        }
        Assert.All(first, times => Assert.InRange(times, 150, 250)); // five deviations of 400 tosses
    }

    [Fact]
    public void Sounds_of_any_format_become_alike_and_equally_loud()
    {
        AudioClip mono = new(Sounds.Sine(1000, 24_000, 3 * 24_000, 0.01), 24_000),
            wide =
                new(
                    Sounds.Interleave(Sounds.Sine(1000, 48_000, 3 * 48_000, 0.3), Sounds.Sine(1000, 48_000, 3 * 48_000, 0.3, 1)),
                    48_000,
                    2
                );
        var pair = MatchedPair.Of(mono, wide);
        Assert.All([pair.First, pair.Second], clip => Assert.Equal((48_000, 2), (clip.SampleRate, clip.Channels)));
        // at 1 kHz loudness is the sum of the channels' powers
        Assert.Equal(0, Sounds.Decibels(Sounds.Rms(pair.First.Samples) / Sounds.Rms(pair.Second.Samples)), 0.1);
    }

    [Fact]
    public void What_cannot_be_loud_makes_the_other_soft_and_silence_stays()
    {
        // a click every half second: its peak forbids the usual loudness
        const int rate = 12_000;
        var clicks = new float[2 * rate];
        for (int i = 0; i < clicks.Length; i += rate / 2)
            clicks[i] = 1;
        AudioClip tone = new(Sounds.Sine(1000, rate, clicks.Length, 0.3), rate);
        var pair = MatchedPair.Of(new(clicks, rate), tone);
        double loudness = LoudnessMeter.Of(pair.First).Integrated;
        Assert.True(loudness < -20, $"{loudness}");
        Assert.Equal(loudness, LoudnessMeter.Of(pair.Second).Integrated, 0.1);
        var silent = MatchedPair.Of(new(new float[rate], rate), tone);
        Assert.Equal(0, Sounds.Rms(silent.First.Samples));
        Assert.Equal(-14, LoudnessMeter.Of(silent.Second).Integrated, 0.1);
    }

    [Fact]
    public void Prompts_stand_alone_or_in_a_table()
    {
        File.WriteAllText(_folder["p.txt"], "# chosen by hand\nslow piano\n\nnine\t42\t7.5\tfast techno\n  drums \n");
        Assert.Equal(
            new ComparedPrompt[] { new("01", "slow piano", 1, null), new("nine", "fast techno", 42, 7.5), new("03", "drums", 3, null) },
            ComparedPrompt.Read(_folder["p.txt"])
        );
        Assert.Equal(12, ComparedPrompt.Read(Path.Combine(HouseTests.Repository, "docs", "samples", "prompts.tsv")).Count);
        foreach (
            var (text, part) in new[]
            {
                ("", "has no prompts"),
                ("a\tb", "Line 1"),
                ("ok\na\tx\t10\tpiano", "Line 2"),
                ("a\t1\t1e9\tpiano", "at most 600"),
                ("a\t1\t5\tpiano\na\t2\t5\tharp", "two prompts of the name 'a'"),
            }
        )
        {
            File.WriteAllText(_folder["p.txt"], text);
            var error = Assert.Throws<MelodyException>(() => ComparedPrompt.Read(_folder["p.txt"]));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
        Assert.Contains(
            "cannot be read",
            Assert.Throws<MelodyException>(() => ComparedPrompt.Read(_folder["none"])).Message,
            StringComparison.Ordinal
        );
    }

    private void Write(string folder, string name, double hertz)
    {
        Directory.CreateDirectory(_folder[folder]);
        new AudioClip(Sounds.Sine(hertz, 8_000, 8_000, 0.1), 8_000).Write(Path.Combine(_folder[folder], name));
    }

    [Fact]
    public async Task Two_folders_become_a_page_that_does_not_say_which_is_which()
    {
        for (int i = 0; i < 4; i++)
        {
            Write("older", $"song <{i}>.wav", 200);
            Write("newer", $"song <{i}>.flac", 1000);
        }
        Write("newer", "alone.wav", 1000);
        string[] compare = ["evaluate", "compare", _folder["older"], _folder["newer"], "-o", _folder["page"], "--seed", "3"];
        var run = await ToolRun.RunAsync([.. compare, "--json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(4, run.Json.GetProperty("prompts").GetInt32());
        var page = await File.ReadAllTextAsync(_folder["page/index.html"], TestContext.Current.CancellationToken);
        Assert.DoesNotContain("older", page, StringComparison.Ordinal);
        Assert.DoesNotContain("newer", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alone", page, StringComparison.Ordinal);
        Assert.DoesNotContain("//", Regex.Replace(page, @" // .*|^\s*// .*", "", RegexOptions.Multiline), StringComparison.Ordinal);
        Assert.Contains("song &lt;0&gt;", page, StringComparison.Ordinal);
        var files = Regex.Matches(page, "src=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(16, files.Count);

        // the key tells the truth: the older folder has the low tones
        var key = JsonDocument
            .Parse(Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(page, "data-key=\"([^\"]+)\"").Groups[1].Value)))
            .RootElement;
        Assert.Equal(_folder["older"], key.GetProperty("first").GetString());
        for (int i = 0; i < 4; i++)
        {
            var clip = AudioClip.Read(_folder[$"page/sounds/0{i + 1}-a.flac"]);
            int crossings = Enumerable.Range(1, clip.Frames - 1).Count(n => clip.Samples[n - 1] < 0 && clip.Samples[n] >= 0);
            Assert.Equal(key.GetProperty("firstIsA")[i].GetBoolean() ? 200 : 1000, crossings, 2.0);
        }
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(_folder["page"], file)), file));

        File.WriteAllText(_folder["p.tsv"], "missing\t1\t5\tpiano");
        (await ToolRun.RunAsync([.. compare, "--prompts", _folder["p.tsv"]])).AssertRefused("no sound of the name 'missing'");
        (await ToolRun.RunAsync("evaluate", "compare", _folder["older"], _folder["none"], "-o", _folder["x"])).AssertRefused(
            "does not exist"
        );
        (await ToolRun.RunAsync("evaluate", "compare", _folder["older"], _folder["older"], "-o", _folder["x"])).AssertRefused("both sides");
        Assert.False(Directory.Exists(_folder["x"]));
    }

    [Fact]
    public async Task A_model_answers_the_prompts_whose_sounds_a_folder_has()
    {
        using (var model = MusicModel.CreateUntrained("test", 1))
            await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        Write("sounds", "01.wav", 440);
        File.WriteAllText(_folder["prompts.txt"], "slow piano");
        string[] compare = ["evaluate", "compare", _folder["model"], _folder["sounds"], "-o", _folder["page"], "--seconds", "1"];
        (await ToolRun.RunAsync([.. compare, "--prompts", _folder["prompts.txt"]])).AssertRefused("is untrained");
        (await ToolRun.RunAsync([.. compare, "--untrained"])).AssertRefused("--prompts");
        Assert.False(Directory.Exists(_folder["page"]));
        var run = await ToolRun.RunAsync([.. compare, "--untrained", "--prompts", _folder["prompts.txt"], "--steps", "1"]);
        Assert.True(run.Code == 0, run.Error);
        AudioClip a = AudioClip.Read(_folder["page/sounds/01-a.flac"]),
            b = AudioClip.Read(_folder["page/sounds/01-b.flac"]);
        Assert.Equal((24_000, 24_000), (a.Frames, b.Frames));
        Assert.Equal((24_000, 24_000), (a.SampleRate, b.SampleRate));
        Assert.False(a.Samples.SequenceEqual(b.Samples));
    }
}
