using Melody.Audio;
using Melody.Tests.Reference;

namespace Melody.Tests.Generation;

/// <summary>The whole chain on a GPU, where there is one.</summary>
public sealed class CudaTests
{
    [Fact]
    public async Task AGpuMakesTheMusicOfTheCpu()
    {
        Gpu.Require();
        var token = TestContext.Current.CancellationToken;
        using var cpu = MusicModel.CreateUntrained("test", seed: 3, new() { Device = ComputeDevice.Cpu });
        using var gpu = MusicModel.CreateUntrained("test", seed: 3, new() { Device = ComputeDevice.Cuda });
        var latents = await new MusicGenerator(cpu).EncodeAsync(
            new AudioClip([.. FixedValues.Series(1, 48000).Select(v => (float)v)], 24000),
            token
        );
        var expected = await new MusicGenerator(cpu).DecodeAsync(latents, token);
        var actual = await new MusicGenerator(gpu).DecodeAsync(latents, token);
        double error = 0,
            size = 0;
        for (int i = 0; i < expected.Frames; i++)
        {
            error += Math.Pow(expected.Samples[i] - actual.Samples[i], 2);
            size += Math.Pow(expected.Samples[i], 2);
        }
        // both in bfloat16: the 2 % that each may differ from float32
        Assert.True(Math.Sqrt(error / size) < 0.04, $"relative error {Math.Sqrt(error / size)}");
    }

    [Fact]
    public async Task AGpuPlaysOnFillsGapsAndLoops()
    {
        Gpu.Require();
        var token = TestContext.Current.CancellationToken;
        using var gpu = MusicModel.CreateUntrained("test", seed: 3, new() { Device = ComputeDevice.Cuda });
        var generator = new MusicGenerator(gpu);
        var options = new GenerationOptions
        {
            Seconds = 6,
            Steps = 2,
            Seed = 1,
        };
        var song = (await generator.GenerateAsync("slow piano", options, cancellation: token)).Audio;
        Assert.Equal(6 * 24000, song.Frames);
        var longer = await generator.ContinueAsync(song, "slow piano", options with { Seconds = 3 }, cancellation: token);
        Assert.Equal(9 * 24000, longer.Audio.Frames);
        var filled = await generator.InpaintAsync(song, 2, 3, "slow piano", options, cancellation: token);
        Assert.Equal(song.Frames, filled.Audio.Frames);
        foreach (var made in new[] { song, longer.Audio, filled.Audio })
            Assert.True(made.Samples.ToArray().All(float.IsFinite) && made.Samples.ToArray().Any(v => v != 0), "silence, or no numbers");
        var loop = await generator.LoopAsync(song, "slow piano", options, cancellation: token);
        Assert.InRange(loop.Audio.Frames, 1, song.Frames);
    }
}
