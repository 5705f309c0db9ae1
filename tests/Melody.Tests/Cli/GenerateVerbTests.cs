using System.Text.Json;
using Melody.Audio;
using Melody.Cli;
using Melody.Cli.Shared;
using Melody.Music;

namespace Melody.Tests.Cli;

/// <summary><c>melody generate</c>: files, recipes, JSON, and what is refused before any work.</summary>
public sealed class GenerateVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Task<ToolRun> GenerateAsync(params string[] more) =>
        ToolRun.UntrainedAsync([
            "generate",
            "slow sad piano in A minor, 70 bpm",
            "--seconds",
            "0.5",
            "--steps",
            "1",
            "--seed",
            "7",
            .. more,
        ]);

    [Theory]
    [InlineData("9007199254740991", "--count", "2", "at most 9007199254740990")]
    [InlineData("9007199254740990", "--best-of", "3", "at most 9007199254740989")]
    [InlineData("9007199254740988", "--count", "3", "--best-of", "2", "at most 9007199254740986")]
    public async Task ASeedThatLeavesNoneForTheOthersIsRefused(string seed, params string[] rest)
    {
        (await ToolRun.RunAsync(["generate", "piano", "--seed", seed, .. rest[..^1], "-o", _folder["a.wav"]])).AssertRefused(rest[^1]);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task TheFileIsWhatTheJsonSays()
    {
        var file = _folder["song.wav"];
        var run = (await GenerateAsync("-o", file, "--metre", "3/4", "--json")).AssertMadeNoise();
        var json = run.Json;
        Assert.Equal(
            [
                "task",
                "file",
                "seconds",
                "newSeconds",
                "sampleRate",
                "seed",
                "prompt",
                "source",
                "bpm",
                "key",
                "metre",
                "instruments",
                "notUnderstood",
                "model",
                "modelHash",
                "adapters",
                "trained",
                "device",
                "loadSeconds",
                "wallSeconds",
                "realTimeFactor",
                "clippedSamples",
                "files",
            ],
            json.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(
            ("generate", file, 0.5, 7),
            (Text(json, "task"), Text(json, "file"), json.GetProperty("seconds").GetDouble(), json.GetProperty("seed").GetInt64())
        );
        Assert.Equal((70.0, "A minor", "3/4"), (json.GetProperty("bpm").GetDouble(), Text(json, "key"), Text(json, "metre")));
        Assert.Equal("piano alone", Text(json, "instruments"));
        Assert.Contains("Asked for: 70 bpm, A minor, 3/4, piano alone.", run.Error, StringComparison.Ordinal);
        Assert.Equal(("untrained-test-0", false), (Text(json, "model"), json.GetProperty("trained").GetBoolean()));
        double wall = json.GetProperty("wallSeconds").GetDouble();
        Assert.Equal(0.5 / wall, json.GetProperty("realTimeFactor").GetDouble(), 0.002 + 0.5 / wall * 0.002 / wall);
        Assert.Equal(
            ["file", "seconds", "seed", "wallSeconds", "realTimeFactor", "clippedSamples"],
            json.GetProperty("files")[0].EnumerateObject().Select(p => p.Name)
        );

        var clip = AudioClip.Read(file);
        Assert.Equal((24000, 1, 12000), (clip.SampleRate, clip.Channels, clip.Frames));
        var metadata = AudioClip.ReadMetadata(file);
        Assert.Equal("slow sad piano in A minor, 70 bpm", metadata.Title);
        Assert.StartsWith("Melody ", metadata.Software, StringComparison.Ordinal);
        var recipe = GenerationRecipe.FromJson(metadata.Recipe!);
        Assert.Equal(
            ("generate", metadata.Title, 7L, "3/4", "untrained-test-0", Text(json, "modelHash")),
            (recipe.Task, recipe.Prompt, recipe.Seed, recipe.Metre, recipe.Model, recipe.ModelHash)
        );
        Assert.Equal((0.5, 1), (recipe.Options.Seconds, recipe.Options.Steps));

        var info = await ToolRun.RunAsync("info", file, "--json");
        Assert.Equal((0, ""), (info.Code, info.Error));
        Assert.Equal(
            (0.5, 24000, metadata.Title),
            (info.Json.GetProperty("seconds").GetDouble(), info.Json.GetProperty("sampleRate").GetInt32(), Text(info.Json, "title"))
        );
        Assert.Equal(7, info.Json.GetProperty("recipe").GetProperty("seed").GetInt64());
        Assert.Contains("\"seed\":7", (await ToolRun.RunAsync("info", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotUnderstoodIsSaid()
    {
        var run = await ToolRun.UntrainedAsync(
            "generate",
            "piano at 400 bpm",
            "--seconds",
            "0.5",
            "--steps",
            "1",
            "-o",
            _folder["fast.wav"],
            "--json"
        );
        Assert.Contains("Asked for: piano alone; not understood: '400 bpm'.", run.Error, StringComparison.Ordinal);
        var part = Assert.Single(run.Json.GetProperty("notUnderstood").EnumerateArray());
        Assert.Equal(("400 bpm", 9, 7), (Text(part, "text"), part.GetProperty("start").GetInt32(), part.GetProperty("length").GetInt32()));
    }

    [Fact]
    public async Task SeedsCountOnAndDecideEveryByte()
    {
        Assert.Equal(3, (await GenerateAsync("-o", _folder["song.wav"], "--count", "2")).AssertMadeNoise().Output.Split("seed ").Length);
        (await GenerateAsync("-o", _folder["again.wav"], "--seed", "8")).AssertRefused("--seed");
        (
            await ToolRun.UntrainedAsync(
                "generate",
                "slow",
                "sad",
                "piano in A minor, 70 bpm",
                "--seconds",
                "0.5",
                "--steps",
                "1",
                "--seed",
                "8",
                "-o",
                _folder["again.wav"]
            )
        ).AssertMadeNoise();
        byte[] one = File.ReadAllBytes(_folder["song-1.wav"]),
            two = File.ReadAllBytes(_folder["song-2.wav"]);
        Assert.Equal(two, File.ReadAllBytes(_folder["again.wav"]));
        Assert.NotEqual(one, two);
        Assert.NotEqual(AudioClip.Read(_folder["song-1.wav"]).Samples.ToArray(), AudioClip.Read(_folder["song-2.wav"]).Samples.ToArray());
        Assert.Equal(3, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public async Task AFileIsNamedAfterPromptAndSeedAndNotOverwritten()
    {
        var file = _folder["slow-sad-piano-in-a-minor-70-bpm-7.wav"];
        (await GenerateAsync("-o", _folder.Path, "--raw")).AssertMadeNoise();
        var raw = File.ReadAllBytes(file);
        (await GenerateAsync("-o", _folder.Path)).AssertRefused("already exists; give another name, or --force");
        Assert.Equal(raw, File.ReadAllBytes(file));
        (await GenerateAsync("-o", _folder.Path, "--force", "--loudness", "-20")).AssertMadeNoise();
        Assert.NotEqual(AudioClip.Read(file).Samples.ToArray(), SamplesOf(raw));
    }

    [Theory]
    [InlineData("song.flac", "--bits", "24")]
    [InlineData("song.mp3", "--quality", "0.9")]
    [InlineData("song.ogg", "--quality", "0.2")]
    [InlineData("song", "--format", "opus")]
    [InlineData("song.wav", "--bits", "32")]
    public async Task EveryFormatCarriesTheRecipe(string name, params string[] more)
    {
        Assert.SkipUnless(
            SoundFile.Version is not null || name.EndsWith(".wav", StringComparison.Ordinal),
            "libsndfile is not installed: apt-get install libsndfile1"
        );
        (await GenerateAsync(["-o", _folder[name], .. more])).AssertMadeNoise();
        Assert.InRange(AudioClip.Read(_folder[name]).Seconds, 0.5, 0.65); // MP3 pads
        Assert.Equal(7, GenerationRecipe.FromJson(AudioClip.ReadMetadata(_folder[name]).Recipe!).Seed);
    }

    [Fact]
    public async Task StandardOutputTakesTheSound()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var sound = new MemoryStream();
        var terminal = new Terminal(output, error, Interactive: false) { OpenBinaryOutput = () => sound };
        string[] args = ["generate", "piano", "-o", "-", "--seconds", "0.5", "--steps", "1", "--untrained", "test"];
        Assert.Equal(0, await new MelodyTool(terminal).RunAsync(args, TestContext.Current.CancellationToken));
        Assert.Equal("", output.ToString());
        Assert.Contains("standard output: 0.5 s", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(12000, SamplesOf(sound.ToArray()).Length);
        var metadata = AudioClip.ReadMetadata(new MemoryStream(sound.ToArray()));
        Assert.Equal("piano", GenerationRecipe.FromJson(metadata.Recipe!).Prompt);
        (await GenerateAsync("-o", "-", "--json")).AssertRefused("choose one");
        (await GenerateAsync("-o", "-", "--count", "2")).AssertRefused("one sound");
        (await GenerateAsync("-o", "-", "--bits", "20")).AssertRefused("20 bits");
    }

    [Theory]
    [InlineData("no words", "generate", "🎹")]
    [InlineData("too long", "generate", "LONG")]
    [InlineData("'--sedonds' is not an option of generate", "generate", "--sedonds", "3", "piano")]
    [InlineData("--untrained is 'piano'", "generate", "--untrained", "piano")]
    [InlineData("--seconds is '0'", "generate", "piano", "--seconds", "0")]
    [InlineData("--seconds is 'NaN'", "generate", "piano", "--seconds", "NaN")]
    [InlineData("--seconds is '10801'", "generate", "piano", "--seconds", "10801")]
    [InlineData("--bpm is '7'", "generate", "piano", "--bpm", "7")]
    [InlineData("'H sharp'", "generate", "piano", "--key", "H sharp")]
    [InlineData("'four'", "generate", "piano", "--metre", "four")]
    [InlineData("--schedule is 'cubic'; choose linear or uniform", "generate", "piano", "--schedule", "cubic")]
    [InlineData("not both", "generate", "piano", "--raw", "--loudness", "-14")]
    [InlineData("not both", "generate", "piano", "-o", "FOLDER/a.wav", "--model", "m", "--untrained", "mini")]
    [InlineData("does not say which kind", "generate", "piano", "-o", "FOLDER/song.xyz")]
    [InlineData("make them agree", "generate", "piano", "-o", "FOLDER/song.wav", "--format", "flac")]
    [InlineData("32 bits", "generate", "piano", "-o", "FOLDER/song.flac", "--bits", "32")]
    [InlineData("does not exist; create it first", "generate", "piano", "-o", "FOLDER/none/song.wav")]
    [InlineData("The model folder", "generate", "piano", "-o", "FOLDER/song.wav", "--model", "FOLDER/none")]
    public async Task RefusedBeforeAnyWork(string part, params string[] args)
    {
        var words = string.Join(' ', Enumerable.Repeat("piano", 10_000));
        (
            await ToolRun.RunAsync([.. args.Select(a => a == "LONG" ? words : a.Replace("FOLDER", _folder.Path, StringComparison.Ordinal))])
        ).AssertRefused(part);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task PlacesThatTakeNoFilesAreRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc and /dev of Linux are needed");
        (await ToolRun.RunAsync("generate", "piano", "-o", "/proc/song.wav")).AssertRefused("Cannot write '/proc/song.wav'");
        (await ToolRun.RunAsync("generate", "piano", "-o", "/dev/full", "--format", "wav", "--force")).AssertRefused("is a device");
        (await ToolRun.RunAsync("encode", "/dev/full")).AssertRefused("/dev/full");
    }

    [Fact]
    public void AFullDiskIsSeenBeforehand()
    {
        var target = new OutputTarget(_folder["song.wav"], new());
        var error = Assert.Throws<MelodyException>(() => target.RequireBytes(2e9, 1_500_000));
        Assert.Equal(
            $"Cannot write '{target.Path}': it needs 2000 MB, and the disk has 1.5 MB free; free some space or choose another folder.",
            error.Message
        );
        target.RequireBytes(2e9, null);
        target.RequireSpace(1.0, 24000);
        Assert.Contains(
            "the disk has",
            Assert.Throws<MelodyException>(() => target.RequireSpace(1e15, 24000)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task UntrainedFoldersAreRefusedByName()
    {
        var folder = _folder["noise"];
        using (var model = MusicModel.CreateUntrained("test", 3))
            await model.SaveAsync(folder, TestContext.Current.CancellationToken);
        string[] args = ["generate", "piano", "--seconds", "0.5", "--steps", "1", "-o", _folder["song.wav"], "--model", folder, "--json"];
        var refused = await ToolRun.RunAsync(args);
        refused.AssertRefused(folder);
        refused.AssertRefused("--untrained");
        Assert.False(File.Exists(_folder["song.wav"]));
        var run = (await ToolRun.RunAsync([.. args, "--untrained"])).AssertMadeNoise();
        Assert.Equal(("untrained-test-3", false), (Text(run.Json, "model"), run.Json.GetProperty("trained").GetBoolean()));
    }

    [Fact]
    public async Task ACancelledRunLeavesNothing()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromSeconds(1));
        string[] args = ["generate", "piano", "--seconds", "3600", "--steps", "1000", "-o", _folder["song.wav"], "--untrained", "test"];
        var run = await ToolRun.RunCancellableAsync(args, source.Token);
        Assert.Equal((130, ""), (run.Code, run.Output));
        Assert.EndsWith("Interrupted." + Environment.NewLine, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private float[] SamplesOf(byte[] bytes)
    {
        var file = _folder[$"{Guid.NewGuid():N}.wav"];
        File.WriteAllBytes(file, bytes);
        return AudioClip.Read(file).Samples.ToArray();
    }
}
