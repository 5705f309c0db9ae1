using Melody.Audio;

namespace Melody.Tests.Cli;

/// <summary><c>melody info</c>: presets, model folders and recipes.</summary>
public sealed class InfoVerbTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task APresetAsJson()
    {
        var run = await ToolRun.RunAsync("info", "--preset", "paper", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("{\"parts\":[{\"name\":\"joint-embedding\",\"parameters\":", run.Output, StringComparison.Ordinal);
        Assert.Equal(Names, run.Json.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(
            run.Json.GetProperty("parameters").GetInt64(),
            run.Json.GetProperty("parts").EnumerateArray().Sum(p => p.GetProperty("parameters").GetInt64())
        );
    }

    [Fact]
    public async Task APresetForPeople()
    {
        var run = await ToolRun.RunAsync("info", "--preset", "mini");
        Assert.Equal((0, ""), (run.Code, run.Error));
        foreach (var name in Names.Append("total"))
            Assert.Contains(name, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelFolder()
    {
        var folder = _temporary["model"];
        using (var model = MusicModel.CreateUntrained("test", 3))
            await model.SaveAsync(folder, TestContext.Current.CancellationToken);
        var run = await ToolRun.RunAsync("info", folder, "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal("untrained-test-3", run.Json.GetProperty("model").GetString());
        Assert.Equal("test", run.Json.GetProperty("preset").GetString());
        Assert.False(run.Json.GetProperty("trained").GetBoolean());
        Assert.Equal(folder, run.Json.GetProperty("folder").GetString());
        Assert.Equal(Names.Order(), run.Json.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("name").GetString()).Order());
        foreach (var part in run.Json.GetProperty("parts").EnumerateArray())
            Assert.Equal(
                new FileInfo(Path.Combine(folder, part.GetProperty("file").GetString()!)).Length,
                part.GetProperty("bytes").GetInt64()
            );
        Assert.Equal(run.Output, (await ToolRun.RunAsync("info", "--model", folder, "--json")).Output);
        Assert.Contains(
            "untrained-test-3, preset test, untrained",
            (await ToolRun.RunAsync("info", folder)).Output,
            StringComparison.Ordinal
        );

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Equal(
            new ToolRun(130, "", "Interrupted." + Environment.NewLine),
            await ToolRun.RunCancellableAsync(["info", folder], cancelled.Token)
        );

        var weights = Path.Combine(folder, "denoiser.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        (await ToolRun.RunAsync("info", folder)).AssertRefused("damaged or changed");
    }

    [Fact]
    public async Task ARecipeIsReadInAnyLanguage()
    {
        var recipe = new GenerationRecipe
        {
            Task = "generate",
            Prompt = "smutne pianino z Łodzi & für Élise, 夜曲",
            Seed = 7,
            Options = new(),
            Model = "mini",
            ModelHash = "0",
            Version = "0.1.0+1a",
        };
        var file = _temporary["song.wav"];
        new AudioClip(new float[2400], 24_000).Write(file, new() { Metadata = recipe.ToMetadata() });
        var run = await ToolRun.RunAsync("info", file);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"\"prompt\":\"{recipe.Prompt}\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"version\":\"0.1.0+1a\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNotThereIsSaid()
    {
        (await ToolRun.RunAsync("info", "--preset", "maxi")).AssertRefused("Unknown preset 'maxi'");
        (await ToolRun.RunAsync("info", "--preset", "mini", "folder")).AssertRefused("not both");
        (await ToolRun.RunAsync("info", _temporary["none"])).AssertRefused("The model folder");
        (await ToolRun.RunAsync("info", _temporary.Path)).AssertRefused("holds no config.json");
    }

    private static readonly string[] Names =
    [
        "joint-embedding",
        "semantic-tokenizer",
        "semantic-lm",
        "denoiser",
        "autoencoder-encoder",
        "autoencoder-decoder",
    ];
}
