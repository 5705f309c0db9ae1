using Melody.Adapters;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Adapters;

/// <summary>An adapter that cannot be used is refused with a sentence that says why.</summary>
public sealed class RefusedAdapterTests(AdapterModel model) : IClassFixture<AdapterModel>, IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder { get; } = model.Folder;

    private string File => _temporary["chip.safetensors"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task OfAnotherModel()
    {
        AdapterFixture.Write(File, Folder);
        await AdapterFixture.WriteModelAsync(_temporary["other"], seed: 8);
        var error = await Assert.ThrowsAsync<MelodyException>(() =>
            MusicModel.LoadAsync(_temporary["other"], AdapterFixture.Options(new MusicAdapter(File, 0)), Token)
        );
        Assert.Contains("was trained on the denoiser of 'small', and the model 'untrained-test-8' has another one", error.Message);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task Truncated(int length)
    {
        AdapterFixture.Write(File, Folder);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        await System.IO.File.WriteAllBytesAsync(File, bytes[..(length < 0 ? bytes.Length - 1 : length)], Token);
        await RefusedAsync("is not a usable safetensors file");
    }

    [Fact]
    public Task NotThere() => RefusedAsync("does not exist");

    [Fact]
    public async Task NoAdapter()
    {
        System.IO.File.Copy(Path.Combine(Folder, "denoiser.safetensors"), File);
        Assert.False(AdapterFile.Is(File));
        await RefusedAsync("is not an adapter of Melody");
    }

    [Fact]
    public Task WithAnUnknownTensor() => ChangedAsync(factors => factors["denoiser.extra"] = zeros(1), "unknown tensor 'denoiser.extra'");

    [Fact]
    public Task WithAnUnknownPart() =>
        ChangedAsync(factors => factors["tokenizer.x.lora_A"] = zeros(1, 1), "which its description does not name");

    [Fact]
    public Task WithoutASecondFactor() =>
        ChangedAsync(factors => factors.Remove($"denoiser.{AdapterFixture.DenoiserWeight}.lora_B"), "has no second factor");

    [Fact]
    public Task WithoutAFirstFactor() =>
        ChangedAsync(factors => factors.Remove($"denoiser.{AdapterFixture.DenoiserWeight}.lora_A"), "a second factor has no first one");

    [Fact]
    public Task WithFactorsThatDoNotFitEachOther() =>
        ChangedAsync(
            factors => factors[$"denoiser.{AdapterFixture.DenoiserWeight}.lora_A"] = zeros(2, 5),
            "should be [rank, inputs] and [outputs, rank]"
        );

    [Fact]
    public Task WithAWeightOfAnotherShape() =>
        ChangedAsync(factors => factors[$"denoiser.{AdapterFixture.DenoiserWeight}.lora_A"] = zeros(3, 5), "and the model has it as [");

    [Fact]
    public Task WithAWeightThatTheModelLacks() =>
        ChangedAsync(
            factors => (factors["denoiser.x.weight.lora_A"], factors["denoiser.x.weight.lora_B"]) = (zeros(3, 5), zeros(5, 3)),
            "changes the weight 'x.weight' of the denoiser, which the model does not have"
        );

    [Fact]
    public Task WithNumbersThatAreNotFinite() =>
        ChangedAsync(
            factors => factors[$"denoiser.{AdapterFixture.DenoiserWeight}.lora_B"][0, 0] = float.PositiveInfinity,
            "that are not finite"
        );

    [Fact]
    public async Task OfANewerVersion()
    {
        AdapterFile.Write(File, AdapterFixture.Manifest(Folder) with { FormatVersion = 2 }, AdapterFixture.Factors(Folder, 1));
        await RefusedAsync("has format version 2, newer than 1");
    }

    [Fact]
    public async Task WithADescriptionThatIsNone()
    {
        SafetensorsWriter.Write(
            File,
            AdapterFixture.Factors(Folder, 1),
            new Dictionary<string, string> { [AdapterFile.MetadataKey] = "{\"formatVersion\": 1}" }
        );
        await RefusedAsync("The description in the adapter");
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(4.5)]
    [InlineData(double.NaN)]
    public async Task WithAStrengthOutOfRange(double strength)
    {
        AdapterFixture.Write(File, Folder);
        await RefusedAsync("give a number from 0 to 4", strength);
    }

    [Fact]
    public async Task OnRandomWeights()
    {
        AdapterFixture.Write(File, Folder);
        var error = Assert.Throws<MelodyException>(() =>
            MusicModel.CreateUntrained("test", 7, AdapterFixture.Options(new MusicAdapter(File)))
        );
        Assert.Contains("random weights take none", error.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    private async Task ChangedAsync(Action<Dictionary<string, Tensor>> change, string part)
    {
        var factors = AdapterFixture.Factors(Folder, 1);
        change(factors);
        AdapterFile.Write(File, AdapterFixture.Manifest(Folder), factors);
        await RefusedAsync(part);
    }

    private async Task RefusedAsync(string part, double strength = 1)
    {
        var error = await Assert.ThrowsAsync<MelodyException>(() =>
            MusicModel.LoadAsync(Folder, AdapterFixture.Options(new MusicAdapter(File, strength)), Token)
        );
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }
}
