using Melody.Autoencoder.Magnitude;
using Melody.Models;
using Melody.Nn;
using Melody.PhaseRetrieval;
using Melody.Runtime;

namespace Melody.Tests.Autoencoder.Magnitude;

/// <summary>Latents as they come, and sound that is known around them.</summary>
public sealed class StreamingMagnitudeDecoderTests : IDisposable
{
    private const int Rate = 48_000,
        Unit = 960;

    private readonly MagnitudeAutoencoder _network;
    private readonly ComputePrecision.Scope _precision = ComputePrecision.Use(TorchSharp.torch.ScalarType.Float32);

    public StreamingMagnitudeDecoderTests()
    {
        using var parameters = ParameterFactory.Random(1);
        _network = new(Parts.MagnitudeAutoencoder.Config("test"), parameters);
    }

    public void Dispose()
    {
        _network.Dispose();
        _precision.Dispose();
    }

    private float[] Latents(int frames)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, frames * _network.Config.LatentChannels).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Music(int frames)
    {
        var samples = new float[2 * frames * Unit];
        for (int n = 0; n < frames * Unit; n++)
        {
            double low = Math.Sin(2 * Math.PI * 311 * n / Rate),
                high = Math.Sin(2 * Math.PI * 2345 * n / Rate);
            (samples[2 * n], samples[2 * n + 1]) = ((float)(0.2 * low + 0.05 * high), (float)(0.1 * low - 0.1 * high));
        }
        return samples;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(93)]
    public void Samples_do_not_depend_on_how_latents_come(int push)
    {
        const int frames = 93;
        int width = _network.Config.LatentChannels;
        float[] latents = Latents(frames);
        var codec = new MagnitudeCodec(_network, decodedFrames: 10);
        var (whole, pieces) = (codec.OpenStream(), codec.OpenStream());
        whole.Push(latents);
        whole.Complete();
        List<float> expected = [],
            found = [];
        while (whole.CanDecode)
            expected.AddRange(whole.Decode());
        for (int at = 0; at < frames; at += push)
        {
            pieces.Push(latents.AsSpan(at * width, Math.Min(push, frames - at) * width));
            while (pieces.CanDecode)
                found.AddRange(pieces.Decode());
        }
        pieces.Complete();
        while (pieces.CanDecode)
            found.AddRange(pieces.Decode());
        Assert.Equal(2 * frames * Unit, expected.Count);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Known_sound_comes_back_and_the_rest_begins_behind_it()
    {
        const int known = 40,
            made = 30;
        int width = _network.Config.LatentChannels;
        float[] latents = Latents(known + made),
            music = Music(known);
        var stream = new MagnitudeCodec(_network, decodedFrames: 16).OpenStream();
        stream.PushKnown(latents.AsSpan(0, known * width), music);
        stream.Push(latents.AsSpan(known * width));
        stream.Complete();
        var sound = new List<float>();
        while (stream.CanDecode)
            sound.AddRange(stream.Decode());
        Assert.Equal(2 * (known + made) * Unit, sound.Count);
        // frames whose windows reach beyond what is known are made, and reach over 2,048 samples to either side
        for (int i = 2 * 4096; i < music.Length - 2 * 4096; i++)
            Assert.Equal(music[i], sound[i], 2e-5);
        Assert.Contains(sound[(2 * known * Unit)..], sample => Math.Abs(sample) > 1e-6);
    }

    [Fact]
    public void Spectra_are_known_where_the_whole_window_is()
    {
        var grid = new ShortTimeGrid(2048, 480);
        float[] music = Music(6); // 5,760 samples: frames 0 to 11
        float[] left = [.. music.Where((_, i) => i % 2 == 0)];
        var (re, im) = new ShortTimeTransform(grid).Analyze(left);
        var spectra = new KnownSpectra(grid, music);
        for (int frame = -1; frame < 14; frame++)
        {
            bool within = frame * 480 - 784 >= 0 && frame * 480 - 784 + 2048 <= left.Length;
            Assert.Equal(within, spectra[frame] is not null);
            if (spectra[frame] is { } found)
            {
                Assert.Equal(re[(frame * grid.Bins)..((frame + 1) * grid.Bins)], found.LeftRe);
                Assert.Equal(im[(frame * grid.Bins)..((frame + 1) * grid.Bins)], found.LeftIm);
            }
        }
    }

    [Fact]
    public void Samples_that_do_not_belong_to_the_frames_are_refused()
    {
        var stream = new MagnitudeCodec(_network).OpenStream();
        Assert.Throws<ArgumentException>(() => stream.PushKnown(Latents(4), new float[17]));
    }
}
