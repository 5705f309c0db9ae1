using System.Security.Cryptography;
using Melody.Adapters;
using Melody.Audio;
using Melody.Tests.Adapters;

namespace Melody.Tests.Cli;

/// <summary>A folder of recordings becomes an adapter, and the adapter plays.</summary>
public sealed class FinetuneVerbTests(AdapterModel model) : IClassFixture<AdapterModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFolderBecomesAnAdapterThatPlays()
    {
        for (int song = 0; song < 3; song++)
            WriteSong($"music/tune {(char)('a' + song)}.wav", 220 * (song + 2), 21);
        var run = await TuneAsync("music", "chip", "--name", "Chip", "--sample-seconds", "1", "--caption", "chiptune");
        Assert.True(run.Code == 0, run.Error);
        var report = run.Json;
        Assert.Equal("Chip", report.GetProperty("name").GetString());
        var music = report.GetProperty("music");
        Assert.Equal((3, 1, 3), (Number(music, "songs"), Number(music, "heldOut"), Number(music.GetProperty("captions"), "given")));
        Assert.Equal(63, music.GetProperty("seconds").GetDouble(), 0.5);
        Assert.Contains(report.GetProperty("parts").EnumerateArray(), part =>
            Number(part, "bestStep") > 0 && part.GetProperty("after").GetDouble() < part.GetProperty("before").GetDouble()
        );
        foreach (var sample in report.GetProperty("samples").EnumerateArray())
        foreach (var when in new[] { "before", "after" })
            Assert.Equal(1, AudioClip.Read(sample.GetProperty(when).GetString()!).Seconds, 0.1);
        var file = _folder["chip.safetensors"];
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        Assert.Equal(hash, report.GetProperty("sha256").GetString());
        var card = await File.ReadAllTextAsync(_folder["chip.md"], TestContext.Current.CancellationToken);
        Assert.StartsWith("# Chip\n", card, StringComparison.Ordinal);
        Assert.Contains(hash, card, StringComparison.Ordinal);
        using (var adapter = AdapterFile.Open(file))
            Assert.Equal("untrained-test-7", adapter.Manifest.Model);

        var song1 = await MakeAsync("with.wav", "--adapter", file + ":0.5");
        Assert.True(song1.Code == 0, song1.Error);
        var applied = Assert.Single(song1.Json.GetProperty("adapters").EnumerateArray());
        Assert.Equal(
            ("Chip", hash, 0.5),
            (
                applied.GetProperty("name").GetString(),
                applied.GetProperty("sha256").GetString(),
                applied.GetProperty("strength").GetDouble()
            )
        );
        await MakeAsync("none.wav");
        await MakeAsync("zero.wav", "--adapter", file + ":0");
        Assert.Equal(Samples("none.wav"), Samples("zero.wav"));
        Assert.NotEqual(Samples("none.wav"), Samples("with.wav"));

        var info = (await ToolRun.RunAsync("info", file, "--json")).Json;
        Assert.Equal(("Chip", hash), (info.GetProperty("name").GetString(), info.GetProperty("sha256").GetString()));
        Assert.Equal(20, info.GetProperty("training").GetProperty("parts")[0].GetProperty("steps").GetInt32());

        // nothing is replaced unasked
        (await TuneAsync("music", "chip")).AssertRefused("--force");
    }

    [Fact]
    public async Task WhatIsTooLittleIsRefusedAndLeavesNothing()
    {
        WriteSong("music/tune.wav", 220, 5);
        (await TuneAsync("music", "chip")).AssertRefused("holds one recording");
        WriteSong("music/other.wav", 330, 5);
        var run = await TuneAsync("music", "chip", "--quiet");
        run.AssertRefused("holds 10 s of music that can be used; fine-tuning needs a minute at least");
        (await TuneAsync("nowhere", "chip")).AssertRefused("does not exist");
        Assert.Equal(["music"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("chip.safetensors:9", "give a number from 0 to 4")]
    [InlineData("missing.safetensors:0.5", "The file 'missing.safetensors' does not exist")]
    public async Task AnAdapterThatCannotBeUsedIsRefusedBeforeAnyWork(string adapter, string part) =>
        (await MakeAsync("song.wav", "--adapter", adapter)).AssertRefused(part);

    private Task<ToolRun> TuneAsync(string music, string output, params string[] more) =>
        ToolRun.RunAsync([
            "finetune",
            _folder[music],
            "-o",
            _folder[output],
            "--model",
            model.Folder,
            "--device",
            "cpu",
            "--steps",
            "20",
            "--validation-steps",
            "10",
            "--learning-rate",
            "0.02",
            "--rank",
            "4",
            "--json",
            .. more,
        ]);

    private Task<ToolRun> MakeAsync(string output, params string[] more) =>
        ToolRun.RunAsync([
            "generate",
            "piano",
            "-o",
            _folder[output],
            "--model",
            model.Folder,
            "--device",
            "cpu",
            "--seconds",
            "1",
            "--seed",
            "3",
            "--steps",
            "2",
            "--json",
            .. more,
        ]);

    private float[] Samples(string name) => AudioClip.Read(_folder[name]).Samples.ToArray();

    private static int Number(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetInt32();

    // notes that come and go, two a second
    private void WriteSong(string name, double frequency, double seconds)
    {
        const int rate = 24000;
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        var samples = new float[(int)(seconds * rate)];
        for (int n = 0; n < samples.Length; n++)
            samples[n] = (float)(
                0.5
                * Math.Sin(2 * Math.PI * frequency * (1 + n / (rate / 2) % 4 / 4.0) * n / rate)
                * Math.Exp(-5.0 * (n % (rate / 2)) / rate)
            );
        new AudioClip(samples, rate).Write(_folder[name]);
    }
}
