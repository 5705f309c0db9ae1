using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Adapters;

/// <summary>Adapters change the weights that they name by what plain loops say, and nothing else.</summary>
public sealed class AdapterMergeTests(AdapterModel model) : IClassFixture<AdapterModel>, IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    private string Folder { get; } = model.Folder;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task WeightsBecomeThemselvesAndStrengthTimesTheProduct()
    {
        var adapter = AdapterFixture.Write(_temporary["a"], Folder, seed: 1, scale: 0.5);
        using var plain = await LoadAsync();
        using var changed = await LoadAsync(new MusicAdapter(adapter, 0.75));
        var (before, after) = (AdapterFixture.State(plain), AdapterFixture.State(changed));
        var factors = AdapterFixture.Factors(Folder, 1);
        // values are kept in the type that products run in
        double rounding = ComputePrecision.Fastest == ScalarType.BFloat16 ? 1 / 256.0 : 1e-6;
        int seen = 0;
        foreach (var (name, old) in before)
        {
            if (!factors.TryGetValue(name + ".lora_A", out var a))
            {
                Assert.Equal(old, after[name]);
                continue;
            }
            var (first, second) = (FixedValues.Matrix(a), FixedValues.Matrix(factors[name + ".lora_B"]));
            seen++;
            for (int row = 0; row < second.GetLength(0); row++)
            for (int column = 0; column < first.GetLength(1); column++)
            {
                double product = 0;
                for (int k = 0; k < AdapterFixture.Rank; k++)
                    product += second[row, k] * first[k, column];
                double expected = old[row * first.GetLength(1) + column] + 0.5 * 0.75 * product;
                Assert.Equal(expected, after[name][row * first.GetLength(1) + column], rounding * (1 + Math.Abs(expected)));
            }
        }
        Assert.Equal(2, seen);
        Assert.NotEqual(plain.Hash, changed.Hash);
        Assert.Equal([("chip", 0.75)], changed.Adapters.Select(one => (one.Name, one.Strength)));
    }

    [Fact]
    public async Task StrengthZeroIsTheModelBitForBit()
    {
        var adapter = AdapterFixture.Write(_temporary["a"], Folder);
        using var plain = await LoadAsync();
        using var same = await LoadAsync(new MusicAdapter(adapter, 0));
        AssertEqual(AdapterFixture.State(plain), AdapterFixture.State(same));
        Assert.Equal(plain.Hash, same.Hash);
    }

    [Fact]
    public async Task SeveralAddUpInAnyOrder()
    {
        var first = new MusicAdapter(AdapterFixture.Write(_temporary["a"], Folder, seed: 1));
        var second = new MusicAdapter(AdapterFixture.Write(_temporary["b"], Folder, seed: 11), 0.3);
        var third = new MusicAdapter(AdapterFixture.Write(_temporary["c"], Folder, seed: 21), 1.7);
        using var loaded = await LoadAsync(first, second, third);
        using var other = await LoadAsync(third, first, second);
        using var one = await LoadAsync(first);
        AssertEqual(AdapterFixture.State(loaded), AdapterFixture.State(other));
        Assert.Equal(loaded.Hash, other.Hash);
        Assert.NotEqual(loaded.Hash, one.Hash);
        Assert.NotEqual(
            AdapterFixture.State(loaded)[$"denoiser.{AdapterFixture.DenoiserWeight}"],
            AdapterFixture.State(one)[$"denoiser.{AdapterFixture.DenoiserWeight}"]
        );
    }

    [Fact]
    public async Task ASavedModelHasWhatItsAdaptersChanged()
    {
        var adapter = AdapterFixture.Write(_temporary["a"], Folder);
        using var loaded = await LoadAsync(new MusicAdapter(adapter, 2));
        await loaded.SaveAsync(_temporary["merged"], Token);
        using var merged = await MusicModel.LoadAsync(_temporary["merged"], AdapterFixture.Options(), Token);
        AssertEqual(AdapterFixture.State(loaded), AdapterFixture.State(merged));
        Assert.Equal(("untrained-test-7+chip", 0), (merged.Id, merged.Adapters.Count));
    }

    [Fact]
    public async Task MusicNamesTheAdapterThatItWasMadeWith()
    {
        var adapter = AdapterFixture.Write(_temporary["a"], Folder);
        using var loaded = await LoadAsync(new MusicAdapter(adapter, 0.5));
        var result = await new MusicGenerator(loaded).GenerateAsync(
            "piano",
            new()
            {
                Seconds = 1,
                Seed = 1,
                Steps = 1,
            },
            cancellation: Token
        );
        var recipe = GenerationRecipe.FromJson(result.Recipe.ToJson());
        var named = Assert.Single(recipe.Adapters!);
        Assert.Equal(("chip", 0.5), (named.Name, named.Strength));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(adapter, Token))),
            named.Sha256
        );
        Assert.Equal((loaded.Hash, "untrained-test-7 + chip:0.5"), (recipe.ModelHash, recipe.ModelDescription));
    }

    private Task<MusicModel> LoadAsync(params MusicAdapter[] adapters) =>
        MusicModel.LoadAsync(Folder, AdapterFixture.Options(adapters), Token);

    private static void AssertEqual(Dictionary<string, double[]> expected, Dictionary<string, double[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, values) in expected)
            Assert.Equal(values, actual[name]);
    }
}
