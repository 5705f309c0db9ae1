using Melody.Models;

namespace Melody.Tests.Model;

/// <summary>The second model, which is in training, is whole, of the size that is allowed, and makes 48 kHz stereo.</summary>
public sealed class SecondModelTests
{
    private const long LargestFolder = 120_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder => Path.Combine(HouseTests.Repository, "models", "second");

    [Fact]
    public void It_is_whole() => WholeModel.Assert(Folder, LargestFolder, Parts.MagnitudeAutoencoder.Name);

    [Fact]
    public async Task It_makes_stereo_and_goes_on_with_it()
    {
        using var model = await MusicModel.LoadAsync(Folder, new() { Device = ComputeDevice.Cpu }, Token);
        Assert.Equal((48_000, 2), (model.SampleRate, model.Channels));
        var generator = new MusicGenerator(model);
        var song = await generator.GenerateAsync("flute and harp, 80 bpm", new() { Seconds = 4, Seed = 3 }, cancellation: Token);
        Assert.Equal(4.0, song.Audio.Seconds, 0.001);
        // two channels that are neither the same nor strangers
        float[] left = [.. song.Audio.Samples.ToArray().Where((_, i) => i % 2 == 0)],
            right = [.. song.Audio.Samples.ToArray().Where((_, i) => i % 2 == 1)];
        double correlation = Dot(left, right) / Math.Sqrt(Dot(left, left) * Dot(right, right));
        Assert.InRange(correlation, 0.1, 0.9999);
        var longer = await generator.ContinueAsync(song.Audio, options: new() { Seconds = 2, Seed = 3 }, cancellation: Token);
        Assert.Equal(6.0, longer.Audio.Seconds, 0.001);
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
