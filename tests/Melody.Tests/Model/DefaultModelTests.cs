using Melody.Audio;
using Melody.Models;

namespace Melody.Tests.Model;

/// <summary>The model that ships is whole, small, described, found with no option, and plays.</summary>
public sealed class DefaultModelTests
{
    private const long LargestFolder = 80_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder =>
        ModelLocation.Find(AppContext.BaseDirectory) ?? throw new InvalidOperationException("models/mini is missing");

    [Fact]
    public void It_is_whole_small_and_described() => WholeModel.Assert(Folder, LargestFolder, Parts.Autoencoder.Name);

    [Fact]
    public async Task It_is_found_with_no_option_and_plays()
    {
        using var model = await MusicModel.LoadAsync(options: new() { Device = ComputeDevice.Cpu }, cancellation: Token);
        Assert.True(model.IsTrained);
        var generator = new MusicGenerator(model);
        async Task<AudioClip> Play(long seed) =>
            (
                await generator.GenerateAsync("slow sad piano in A minor, 70 bpm", new() { Seconds = 6, Seed = seed }, cancellation: Token)
            ).Audio;
        var (first, same, other) = (await Play(3), await Play(3), await Play(4));
        Assert.Equal(6.0, first.Seconds, 0.001);
        Assert.Equal(first.Samples.ToArray(), same.Samples.ToArray());
        Assert.NotEqual(first.Samples.ToArray(), other.Samples.ToArray());
        Assert.All(first.Samples.ToArray(), s => Assert.InRange(s, -1f, 1f));
        Assert.InRange(LoudnessMeter.Of(first).Integrated, -16, -13.5);
    }
}
