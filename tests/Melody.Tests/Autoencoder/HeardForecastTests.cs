using Melody.Autoencoder;
using Melody.Nn;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>The sound that training hears: what is predicted stands, the rest is noise of the same strength.</summary>
public sealed class HeardForecastTests
{
    private const int Length = 16,
        Hop = 4,
        Frames = 40,
        Bins = 9;

    private static SpectralForecast Forecast(double certainty, Tensor logMagnitude)
    {
        var angle = 3 * Tensor(2, 1, Frames, Bins);
        return new(logMagnitude, certainty * angle.cos(), certainty * angle.sin(), zeros(1, Frames * Hop));
    }

    private static SpectralDecoder Decoder(ParameterFactory parameters) =>
        new(TinyAutoencoders.InverseStft.InverseStft!, TinyAutoencoders.InverseStft.LatentChannels, parameters);

    [Fact]
    public void What_is_certain_is_the_inverse_transform()
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterFactory.Random(1);
        using var decoder = Decoder(parameters);
        var logMagnitude = Tensor(1, 1, Frames, Bins);
        var forecast = Forecast(1, logMagnitude);
        var expected = new ShortTimeFrames(Length, Hop).Synthesize(
            complex(logMagnitude.exp() * forecast.Real, logMagnitude.exp() * forecast.Imaginary)
        );
        Assert.True(expected.allclose(decoder.Hear(forecast, rand_like(forecast.Real)), 1e-4, 1e-5));
    }

    [Fact]
    public void What_cannot_be_predicted_is_noise_and_only_magnitudes_learn_from_it()
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterFactory.Random(1);
        using var decoder = Decoder(parameters);
        var logMagnitude = Tensor(1, 1, Frames, Bins).requires_grad_(true);
        var forecast = Forecast(0, logMagnitude);
        forecast.Real.requires_grad_(true);
        Tensor first = decoder.Hear(forecast, rand_like(forecast.Real)),
            second = decoder.Hear(forecast, rand_like(forecast.Real));
        Assert.False(first.allclose(second, 1e-2, 1e-2));
        first.square().sum().backward();
        Assert.True(logMagnitude.grad!.abs().sum().item<float>() > 0);
        Assert.Null(forecast.Real.grad);

        // twice the magnitude, twice the sound
        var louder = decoder.Hear(Forecast(0, (logMagnitude + Math.Log(2)).detach()), rand_like(forecast.Real));
        Assert.Equal(2, (louder.norm() / second.norm()).item<float>(), 0.5);
    }
}
