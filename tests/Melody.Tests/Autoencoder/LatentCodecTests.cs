using CsCheck;
using Melody.Autoencoder;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>Long sound in pieces: no seam, no growth, and streaming that equals decoding at once.</summary>
public sealed class LatentCodecTests
{
    private static AudioAutoencoder Network(string head) =>
        FixedValues.Fill(AudioAutoencoder.Create(TinyAutoencoders.Of(head), ParameterFactory.Empty()));

    private static float[] Samples(int seed, int count) => FixedValues.Series(seed, count).Select(v => (float)v).ToArray();

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void PiecesEqualTheWhole(string head)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var network = Network(head);
        var audio = Samples(1, 150 * network.HopLength - 3);
        var whole = new LatentCodec(network, encodedFrames: 1000, decodedFrames: 1000);
        var (latents, decoded) = (whole.Encode(audio), whole.Decode(new(Samples(2, 150 * 3), 3, network.LatentRate)));
        Assert.Equal(150, latents.Frames);
        Assert.Equal(150 * network.HopLength, decoded.Length);
        foreach (int frames in new[] { 1, 7, 50, 149 })
        {
            var pieces = new LatentCodec(network, frames, frames);
            AssertSame(latents.Values.ToArray(), pieces.Encode(audio).Values.ToArray());
            AssertSame(decoded, pieces.Decode(new(Samples(2, 150 * 3), 3, network.LatentRate)));
        }
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void TheContextIsEnoughAndNotMuchMore(string head)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var network = Network(head);
        const int frames = 400,
            middle = 200;
        var codec = new LatentCodec(network, frames, frames);
        int hop = network.HopLength,
            context = network.Decoder.ContextFrames;

        var latents = Samples(3, frames * 3);
        var before = codec.Decode(new(latents, 3, network.LatentRate));
        var touched = (float[])latents.Clone();
        touched[middle * 3] += 1;
        var after = codec.Decode(new(touched, 3, network.LatentRate));
        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        Assert.InRange(changed[0], (middle - context) * hop, (middle - context / 2) * hop);
        if (head == "hifiGan")
            Assert.InRange(changed[^1], (middle + context / 2) * hop, (middle + context + 1) * hop - 1); // the other head's phases run on

        context = network.Encoder.ContextFrames;
        var audio = Samples(4, frames * hop);
        var encoded = codec.Encode(audio).Values.ToArray();
        for (int i = 0; i < hop; i++)
            audio[middle * hop + i] += 1;
        var moved = codec.Encode(audio).Values.ToArray();
        changed = Enumerable.Range(0, encoded.Length).Where(i => encoded[i] != moved[i]).Select(i => i / 3).ToArray();
        Assert.InRange(changed[0], middle - context, middle - context / 2);
        Assert.InRange(changed[^1], middle + context / 2, middle + context);
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void AStreamGivesTheSameBitsHoweverItIsFed(string head)
    {
        using var network = Network(head);
        var codec = new LatentCodec(network, decodedFrames: 8);
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 40].Array[1, 8], Gen.Int[1, 100])
            .Sample(
                (frames, pushes, reads) =>
                {
                    var latents = new AudioLatents(Samples(frames, frames * 3), 3, network.LatentRate);
                    var whole = codec.Decode(latents);
                    var stream = codec.OpenStream();
                    var streamed = new List<float>();
                    var buffer = new float[reads];
                    void Drain()
                    {
                        long promised = stream.AvailableSamples,
                            got = 0;
                        for (int count; (count = stream.Read(buffer)) > 0; got += count)
                            streamed.AddRange(buffer.AsSpan(0, count));
                        Assert.Equal(promised, got);
                    }
                    for (int at = 0, i = 0; at < frames; i++)
                    {
                        int count = Math.Min(pushes[i % pushes.Length], frames - at);
                        stream.Push(latents.Slice(at, count));
                        at += count;
                        Drain();
                    }
                    stream.Complete();
                    Drain();
                    Assert.Equal(whole, streamed);
                },
                iter: 15,
                threads: 1
            );
    }

    [Fact]
    public void SoundComesOutAsSoonAsItIsCertain()
    {
        using var network = Network("inverseStft");
        var codec = new LatentCodec(network, decodedFrames: 8);
        var stream = codec.OpenStream();
        stream.Push(Samples(1, (8 + codec.DecoderContext - 1) * 3));
        Assert.Equal(0, stream.AvailableSamples);
        stream.Push(Samples(2, 3));
        Assert.Equal(8 * network.HopLength, stream.AvailableSamples);
        Assert.Equal(8 * network.HopLength, stream.Read(new float[1000]));
        stream.Complete();
        Assert.Equal(codec.DecoderContext * network.HopLength, stream.Read(new float[1000]));
        Assert.Throws<InvalidOperationException>(() => stream.Push(Samples(2, 3)));
    }

    [Fact]
    public void TenSecondsAtThePapersRatesAre2500FramesAnd240000Samples()
    {
        var config = Parts.Autoencoder.Config("paper");
        var hifiGan = config.HifiGan!;
        config = config with
        {
            HifiGan = hifiGan with { DownChannels = [2, 2, 2, 2], UpChannels = [4, 2, 2, 2], BlockKernels = [3], BlockDilations = [1] },
        };
        using var parameters = ParameterFactory.Random(1);
        using var network = AudioAutoencoder.Create(config, parameters);
        var codec = new LatentCodec(network);
        var latents = codec.Encode(Samples(1, 240_000));
        Assert.Equal((2500, 16, 250.0, 10.0), (latents.Frames, latents.Channels, latents.Rate, latents.Seconds));
        Assert.All(latents.Values.ToArray(), v => Assert.InRange(v, -1, 1));
        Assert.Equal(240_000, codec.Decode(latents).Length);
    }

    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void FiftyRoundTripsLeaveNoTensorBehind(string head)
    {
        using var network = Network(head);
        var codec = new LatentCodec(network, 10, 10);
        var audio = Samples(1, 25 * network.HopLength);
        LiveTensors.AssertFlat(() => codec.Decode(codec.Encode(audio)), runs: 50);
    }

    [Fact]
    public void NothingMakesNothing()
    {
        using var network = Network("inverseStft");
        var codec = new LatentCodec(network);
        var latents = codec.Encode([]);
        Assert.Equal(0, latents.Frames);
        Assert.Empty(codec.Decode(latents));
    }

    [Fact]
    public void LatentsOfAnotherModelAreRefused()
    {
        using var network = Network("inverseStft");
        var message = Assert.Throws<MelodyException>(() => new LatentCodec(network).Decode(new(new float[32], 16, 250))).Message;
        Assert.Equal(
            "These latents have 16 channels at 250 Hz, but this model's have 3 at 100 Hz; decode them with the model that encoded them.",
            message
        );
    }

    private static void AssertSame(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-5, $"value {i}: {expected[i]} and {actual[i]}");
    }
}
