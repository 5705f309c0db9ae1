using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Tests.Reference;
using Melody.Training.Losses;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>How much a latent channel counts, against a decoder whose spectra follow linearly.</summary>
public sealed class LatentWeightsTests
{
    private const int Bins = 9,
        Channels = 3;

    // levels = latents * matrix, one spectrum a frame
    private sealed class LinearCodec(Tensor matrix) : ISoundCodec
    {
        int ISoundCodec.SampleRate => 16_000;
        int ISoundCodec.Channels => 1;
        int ISoundCodec.HopLength => 160;
        int ISoundCodec.LatentChannels => LatentWeightsTests.Channels;
        int ISoundCodec.DecoderContext => 0;
        int ISoundCodec.LevelContext => 0;
        int ISoundCodec.LevelHop => 160;

        public Tensor DecodeLevels(Tensor latents) => latents.matmul(matrix).transpose(1, 2);

        public float[] EncodeInterleaved(ReadOnlySpan<float> samples, CancellationToken cancellation) => throw new NotSupportedException();

        public float[] DecodeInterleaved(ReadOnlySpan<float> latents, CancellationToken cancellation) => throw new NotSupportedException();

        public ISoundStream OpenStream() => throw new NotSupportedException();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0)]
    public void A_channel_counts_by_the_energy_of_what_it_changes(double power)
    {
        using var matrix = FixedValues.Tensor(3, Channels, Bins) * tensor(new float[] { 10, 1, 0.1f }).unsqueeze(1);
        using var latents = FixedValues.Tensor(4, 2, 5, Channels);
        using var weights = LatentWeights.Measure(new LinearCodec(matrix), latents, power);
        var expected = new double[Channels];
        for (int channel = 0; channel < Channels; channel++)
        {
            double energy = 0;
            for (int bin = 0; bin < Bins; bin++)
                energy += Math.Pow(matrix[channel, bin].item<float>(), 2) / (400 + bin * 1000.0); // 8 kHz at the last of nine bins
            expected[channel] = Math.Pow(energy, power);
        }
        double mean = expected.Average();
        for (int channel = 0; channel < Channels; channel++)
            Assert.Equal(expected[channel] / mean, weights[channel].item<float>(), 2e-4 * Math.Max(1, expected[channel] / mean));
    }

    [Fact]
    public void A_decoder_that_hears_nothing_is_refused()
    {
        using var matrix = zeros(Channels, Bins);
        using var latents = FixedValues.Tensor(4, 1, 5, Channels);
        Assert.Throws<MelodyException>(() => LatentWeights.Measure(new LinearCodec(matrix), latents, 1));
    }

    [Fact]
    public void The_loss_weighs_the_error_of_each_channel()
    {
        using var scope = NewDisposeScope();
        var (predicted, velocity) = (FixedValues.Tensor(1, 2, 4, Channels), FixedValues.Tensor(2, 2, 4, Channels));
        float[] weights = [2, 0.75f, 0.25f];
        double sum = 0;
        for (int b = 0; b < 2; b++)
        for (int frame = 0; frame < 4; frame++)
        for (int channel = 0; channel < Channels; channel++)
            sum += weights[channel] * Math.Pow((predicted[b, frame, channel] - velocity[b, frame, channel]).item<float>(), 2);
        Assert.Equal(sum / (2 * 4 * Channels), VelocityObjective.Loss(predicted, velocity, tensor(weights)).item<float>(), 1e-5);
    }
}
