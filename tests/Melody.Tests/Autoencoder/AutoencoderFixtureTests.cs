using Melody.Autoencoder;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>Both heads at a tiny size against <see cref="PlainAutoencoder"/>.</summary>
public sealed class AutoencoderFixtureTests
{
    [Theory]
    [InlineData("hifiGan")]
    [InlineData("inverseStft")]
    public void TheNetworkIsItsLoops(string head)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = TinyAutoencoders.Of(head);
        var autoencoder = AudioAutoencoder.Create(config, ParameterFactory.Empty());
        FixedValues.Fill(autoencoder);
        var plain = new PlainAutoencoder(config, FixedValues.State(autoencoder));

        var audio = FixedValues.Series(7, 11 * autoencoder.HopLength);
        var (expectedMean, expectedLogVariance) = plain.Encode(audio);
        var (mean, logVariance) = autoencoder.Encode(tensor(audio, dtype: ScalarType.Float32).unsqueeze(0));
        FixedValues.AssertClose(expectedMean, mean);
        FixedValues.AssertClose(expectedLogVariance, logVariance);

        var latents = FixedValues.Matrix(8, 9, config.LatentChannels);
        var decoded = autoencoder.Decode(FixedValues.Tensor(latents).unsqueeze(0));
        FixedValues.AssertClose(plain.Decode(latents), FixedValues.Flat(decoded));
    }
}
