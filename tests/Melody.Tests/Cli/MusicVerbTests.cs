using System.Text;
using System.Text.Json;
using Melody.Audio;
using Melody.Cli;
using Melody.Cli.Shared;
using Melody.Weights;

namespace Melody.Tests.Cli;

/// <summary>The verbs that begin with music: like, continue, inpaint, encode and decode.</summary>
public sealed class MusicVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Music(string name, int sampleRate, int channels, double seconds)
    {
        var samples = new float[(int)(seconds * sampleRate) * channels];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = 0.3f * MathF.Sin(2 * MathF.PI * 220 * (i / channels) / sampleRate + i % channels);
        new AudioClip(samples, sampleRate, channels).Write(
            _folder[name],
            new()
            {
                BitDepth = 32,
                Metadata = new() { Title = "Tone" },
            }
        );
        return _folder[name];
    }

    [Fact]
    public async Task LikeFollowsMusicOfAnyKind()
    {
        foreach (var (rate, channels) in new[] { (8000, 1), (192_000, 2), (48_000, 6) })
        {
            var file = _folder[$"like-{rate}.wav"];
            var run = (
                await ToolRun.UntrainedAsync(
                    "like",
                    Music("in.wav", rate, channels, 0.6),
                    "--seconds",
                    "0.5",
                    "--steps",
                    "1",
                    "-o",
                    file,
                    "--json"
                )
            ).AssertMadeNoise();
            Assert.Equal(
                ("like", "in.wav", JsonValueKind.Null),
                (
                    run.Json.GetProperty("task").GetString(),
                    run.Json.GetProperty("source").GetString(),
                    run.Json.GetProperty("prompt").ValueKind
                )
            );
            Assert.Equal(12000, AudioClip.Read(file).Frames);
            var recipe = GenerationRecipe.FromJson(AudioClip.ReadMetadata(file).Recipe!);
            Assert.Equal(("like", "in.wav", null), (recipe.Task, recipe.Source, recipe.Prompt));
        }
    }

    [Fact]
    public async Task ContinuingKeepsTheBeginning()
    {
        var music = Music("in.wav", 24000, 1, 1);
        var file = _folder["out.wav"];
        var run = (
            await ToolRun.UntrainedAsync(
                "continue",
                music,
                "--seconds",
                "0.5",
                "--steps",
                "1",
                "--prompt",
                "louder drums",
                "--bits",
                "32",
                "-o",
                file,
                "--json"
            )
        ).AssertMadeNoise();
        Assert.Equal((1.5, 0.5), (run.Json.GetProperty("seconds").GetDouble(), run.Json.GetProperty("newSeconds").GetDouble()));
        var clip = AudioClip.Read(file);
        Assert.Equal(36000, clip.Frames);
        const int kept = 24000 - 720; // up to the crossfade of 30 ms
        Assert.Equal(AudioClip.Read(music).Samples[..kept].ToArray(), clip.Samples[..kept].ToArray());
        Assert.Equal("louder drums", AudioClip.ReadMetadata(file).Title);
    }

    [Fact]
    public async Task WhatIsClippedIsCountedInJsonAndInTheResultOfAQuietRun()
    {
        float[] samples = [.. Enumerable.Range(0, 24000).Select(i => 3 * MathF.Sin(2 * MathF.PI * 220 * i / 24000))];
        new AudioClip(samples, 24000).Write(_folder["in.wav"], new() { BitDepth = 32 });
        Task<ToolRun> ContinueAsync(params string[] more) =>
            ToolRun.UntrainedAsync(["continue", _folder["in.wav"], "--seconds", "0.5", "--steps", "1", "--seed", "7", .. more]);

        var kept = (await ContinueAsync("--bits", "32", "-o", _folder["kept.wav"], "--json")).AssertMadeNoise().Json;
        Assert.Equal(0, kept.GetProperty("clippedSamples").GetInt64());
        int clipped = AudioClip.Read(_folder["kept.wav"]).Samples.ToArray().Count(sample => Math.Abs(sample) > 1);
        Assert.True(clipped > 10_000);
        var cut = await ContinueAsync("-o", _folder["cut.wav"], "--json");
        Assert.Contains("beyond full scale were clipped", cut.Error, StringComparison.Ordinal);
        Assert.Equal(clipped, cut.Json.GetProperty("clippedSamples").GetInt64());
        Assert.Equal(clipped, cut.Json.GetProperty("files")[0].GetProperty("clippedSamples").GetInt64());
        var quiet = await ContinueAsync("-o", _folder["quiet.wav"], "-q");
        Assert.Equal(0, quiet.Code);
        Assert.DoesNotContain("beyond full scale", quiet.Error, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {clipped:N0} samples clipped"),
            quiet.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task AContinuationIsStreamedToStandardOutput()
    {
        var music = Music("in.wav", 24000, 1, 1);
        string[] args = ["continue", music, "--seconds", "4", "--steps", "1", "--seed", "7", "--untrained", "test"];
        using var output = new StringWriter();
        using var error = new StringWriter();
        var sound = new MemoryStream();
        var terminal = new Terminal(output, error, Interactive: false) { OpenBinaryOutput = () => sound };
        Assert.Equal(0, await new MelodyTool(terminal).RunAsync([.. args, "-o", "-"], TestContext.Current.CancellationToken));
        Assert.Contains("standard output: 5 s", error.ToString(), StringComparison.Ordinal);
        (await ToolRun.RunAsync([.. args, "-o", _folder["out.wav"]])).AssertMadeNoise();
        var streamed = AudioClip.Read(new MemoryStream(sound.ToArray()));
        Assert.Equal(AudioClip.Read(_folder["out.wav"]).Samples.ToArray(), streamed.Samples.ToArray());
        var metadata = AudioClip.ReadMetadata(new MemoryStream(sound.ToArray()));
        Assert.Equal("in.wav", GenerationRecipe.FromJson(metadata.Recipe!).Source);
    }

    [Fact]
    public async Task ALoopKeepsItsMiddle()
    {
        var music = Music("in.wav", 24000, 1, 3);
        var file = _folder["out.wav"];
        var run = (
            await ToolRun.UntrainedAsync("loop", music, "--bpm", "90", "--steps", "1", "--bits", "32", "-o", file, "--json")
        ).AssertMadeNoise();
        // a bar of four beats lasts 2.667 s: 64,000 samples, which are no whole number of latent frames
        Assert.Equal(
            (2.666667, 1.0),
            (run.Json.GetProperty("seconds").GetDouble(), Math.Round(run.Json.GetProperty("newSeconds").GetDouble(), 9))
        );
        float[] before = AudioClip.Read(music).Samples.ToArray(),
            after = AudioClip.Read(file).Samples.ToArray();
        const int reach = 12000 + 1200; // half a second, a crossfade and a latent frame
        Assert.Equal(before[reach..(after.Length - reach)], after[reach..^reach]);
        Assert.Equal(64_000, after.Length);
        Assert.Equal("loop", GenerationRecipe.FromJson(AudioClip.ReadMetadata(file).Recipe!).Task);
        (await ToolRun.UntrainedAsync("loop", Music("short.wav", 24000, 1, 1), "-o", _folder["no.wav"], "-q")).AssertRefused(
            "needs at least 2"
        );
    }

    [Fact]
    public async Task InpaintingKeepsTheRest()
    {
        var music = Music("in.wav", 24000, 1, 2);
        var file = _folder["out.wav"];
        var run = (
            await ToolRun.UntrainedAsync(
                "inpaint",
                music,
                "--from",
                "0:00.8",
                "--to",
                "1.2",
                "--steps",
                "1",
                "--bits",
                "32",
                "-o",
                file,
                "--json"
            )
        ).AssertMadeNoise();
        Assert.Equal(
            (2.0, 0.4),
            (run.Json.GetProperty("seconds").GetDouble(), Math.Round(run.Json.GetProperty("newSeconds").GetDouble(), 9))
        );
        float[] before = AudioClip.Read(music).Samples.ToArray(),
            after = AudioClip.Read(file).Samples.ToArray();
        Assert.Equal(before.Length, after.Length);
        const int margin = 1200; // a crossfade of 30 ms and a latent frame
        Assert.Equal(before[..(19200 - margin)], after[..(19200 - margin)]);
        Assert.Equal(before[(28800 + margin)..], after[(28800 + margin)..]);
        Assert.NotEqual(before[19200..28800], after[19200..28800]);
        var recipe = GenerationRecipe.FromJson(AudioClip.ReadMetadata(file).Recipe!);
        Assert.Equal((0.8, 1.2, 2.0), (recipe.RangeStart!.Value, recipe.RangeEnd!.Value, recipe.Options.Seconds));

        (await ToolRun.UntrainedAsync("inpaint", music, "--from", "1.2", "--to", "0:00.8", "-o", _folder["no.wav"])).AssertRefused(
            "--to must be greater than --from"
        );
        (await ToolRun.RunAsync("inpaint", music, "--from", "1.2")).AssertRefused("--to");
        (await ToolRun.RunAsync("inpaint", music, "--from", "1:99", "--to", "3")).AssertRefused("--from is '1:99'; give seconds");
        var outside = await ToolRun.UntrainedAsync("inpaint", music, "--from", "1", "--to", "9", "-o", _folder["no.wav"], "-q");
        outside.AssertRefused("does not lie inside the audio");
    }

    [Fact]
    public async Task EncodedMusicDecodes()
    {
        string music = Music("in.wav", 24000, 1, 1.01),
            latents = _folder["in.latents.safetensors"],
            file = _folder["in-decoded.wav"];
        var encoded = (await ToolRun.UntrainedAsync("encode", music, "-o", _folder.Path, "--json")).AssertMadeNoise().Json;
        Assert.Equal(
            (latents, 24000, 1.01, false),
            (
                encoded.GetProperty("file").GetString(),
                encoded.GetProperty("sampleRate").GetInt32(),
                encoded.GetProperty("seconds").GetDouble(),
                encoded.GetProperty("trained").GetBoolean()
            )
        );
        using (var reader = SafetensorsReader.Open(latents))
        {
            Assert.Equal(
                [encoded.GetProperty("frames").GetInt32(), encoded.GetProperty("channels").GetInt32()],
                reader.Entries["latents"].Shape
            );
            Assert.Equal(
                (encoded.GetProperty("modelHash").GetString(), "24240", "Tone"),
                (reader.Metadata["modelHash"], reader.Metadata["samples"], reader.Metadata["title"])
            );
        }
        var decoded = (await ToolRun.UntrainedAsync("decode", latents, "-o", file, "--json")).AssertMadeNoise().Json;
        Assert.Equal(encoded.EnumerateObject().Select(p => p.Name), decoded.EnumerateObject().Select(p => p.Name));
        Assert.Equal(24240, AudioClip.Read(file).Frames);
        Assert.Equal("Tone", AudioClip.ReadMetadata(file).Title);

        (await ToolRun.UntrainedAsync("encode", music, "-o", _folder.Path)).AssertRefused("already exists");
        var other = _folder["other"];
        using (var model = MusicModel.CreateUntrained("test", 3))
            await model.SaveAsync(other, TestContext.Current.CancellationToken);
        (await ToolRun.RunAsync("decode", latents, "-o", _folder["no.wav"], "--model", other, "--untrained", "-q")).AssertRefused(
            "was encoded by the model 'untrained-test-0'"
        );
        File.WriteAllBytes(latents, File.ReadAllBytes(latents)[..^4]);
        (await ToolRun.UntrainedAsync("decode", latents, "-o", _folder["no.wav"], "-q")).AssertRefused(latents);
        (await ToolRun.UntrainedAsync("decode", music, "-o", _folder["no.wav"], "-q")).AssertRefused(music);
        (await ToolRun.UntrainedAsync("decode", Path.Combine(other, "denoiser.safetensors"), "-o", _folder["no.wav"], "-q")).AssertRefused(
            "holds no latents"
        );
        (await ToolRun.UntrainedAsync("decode", _folder["none"], "-o", _folder["no.wav"], "-q")).AssertRefused("does not exist");
        (await ToolRun.UntrainedAsync("decode", _folder.Path, "-o", _folder["no.wav"], "-q")).AssertRefused("is a folder");
        Assert.False(File.Exists(_folder["no.wav"]));
    }

    public static TheoryData<string, string> BadMusic =>
        new()
        {
            { "missing", "does not exist" },
            { "empty", "is empty" },
            { "folder", "is a folder" },
            { "text", "is not an audio file" },
            { "header", "in.wav" },
            { "no samples", "holds no sound" },
            { "three and a half hours", "longer than the 10800 seconds" },
            { "a blink", "at least 0.5" },
        };

    [Theory]
    [MemberData(nameof(BadMusic))]
    public async Task MusicThatCannotBeReadIsOneSentence(string kind, string part)
    {
        var path = _folder["in.wav"];
        if (kind == "empty")
            File.WriteAllBytes(path, []);
        else if (kind == "folder")
            Directory.CreateDirectory(path);
        else if (kind == "text")
            File.WriteAllText(path, "This is a diary, not music.\n", Encoding.UTF8);
        else if (kind == "no samples")
            Music("in.wav", 24000, 1, 0);
        else if (kind == "a blink")
            Music("in.wav", 24000, 1, 0.1);
        else if (kind == "header")
        {
            Music("in.wav", 24000, 1, 1);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..30]);
        }
        else if (kind != "missing")
            WriteSilence(path, 3.5 * 3600);
        string[] verbs = kind == "a blink" ? ["continue"] : ["continue", "encode"];
        foreach (var verb in verbs)
        {
            (await ToolRun.UntrainedAsync(verb, path, "-o", _folder[verb == "encode" ? "out.safetensors" : "out.wav"], "-q")).AssertRefused(
                part
            );
            Assert.False(File.Exists(_folder["out.wav"]) || File.Exists(_folder["out.safetensors"]));
        }
    }

    [Fact]
    public async Task ATruncatedFileIsReadAsFarAsItGoes()
    {
        var path = Music("in.wav", 24000, 1, 1);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^48000]); // half a second of 32 bit samples
        var run = await ToolRun.UntrainedAsync("encode", path, "-o", _folder["out.safetensors"], "--json");
        Assert.Equal((0, 0.5), (run.Code, run.Json.GetProperty("seconds").GetDouble()));
        Assert.Contains("in.wav", run.Error, StringComparison.Ordinal);
        Assert.Contains("ends after 0.5 of the 1 seconds", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InfoTellsOfForeignSound()
    {
        var run = await ToolRun.RunAsync("info", Music("in.wav", 8000, 2, 0.5), "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(
            ["file", "seconds", "sampleRate", "channels", "title", "software", "recipe"],
            run.Json.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(
            (8000, 2, 0.5, JsonValueKind.Null),
            (
                run.Json.GetProperty("sampleRate").GetInt32(),
                run.Json.GetProperty("channels").GetInt32(),
                run.Json.GetProperty("seconds").GetDouble(),
                run.Json.GetProperty("recipe").ValueKind
            )
        );
        File.WriteAllText(_folder["notes.txt"], "not music");
        (await ToolRun.RunAsync("info", _folder["notes.txt"])).AssertRefused("is not an audio file");
    }

    // a sparse file: its length costs no disk
    private static void WriteSilence(string path, double seconds)
    {
        int bytes = (int)(seconds * 8000) * 2;
        using var file = new FileStream(path, FileMode.CreateNew);
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        foreach (int field in new[] { 16, 1 | 1 << 16, 8000, 16000, 2 | 16 << 16 })
            writer.Write(field);
        writer.Write("data"u8);
        writer.Write(bytes);
        writer.Flush();
        file.SetLength(44 + bytes);
    }
}
