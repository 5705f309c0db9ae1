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
        var latents = await new MusicGenerator(cpu).EncodeAsync(new AudioClip([.. FixedValues.Series(1, 48000).Select(v => (float)v)], 24000), token);
        var expected = await new MusicGenerator(cpu).DecodeAsync(latents, token);
        var actual = await new MusicGenerator(gpu).DecodeAsync(latents, token);
        double error = 0, size = 0;
        for (int i = 0; i < expected.Frames; i++)
        {
            error += Math.Pow(expected.Samples[i] - actual.Samples[i], 2);
            size += Math.Pow(expected.Samples[i], 2);
        }
        // both in bfloat16: the 2 % that each may differ from float32
        Assert.True(Math.Sqrt(error / size) < 0.04, $"relative error {Math.Sqrt(error / size)}");
        var song = await new MusicGenerator(gpu).GenerateAsync("slow piano", new() { Seconds = 6, Steps = 2, Seed = 1 }, cancellation: token);
        Assert.Equal(6 * 24000, song.Audio.Frames);
    }
}
