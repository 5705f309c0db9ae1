using CsCheck;
using Melody.Autoencoder;
using Melody.Presets;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>The short-time Fourier transform and its inverse.</summary>
public sealed class ShortTimeFramesTests
{
    private static readonly Gen<(int Overlap, int Hop, int Frames)> Sizes = Gen.Select(
        Gen.Int[1, 3].Select(i => 1 << i),
        Gen.Int[1, 8].Select(h => 2 * h),
        Gen.Int[1, 12]
    );

    [Fact]
    public void TheInverseGivesTheSignalBack() =>
        Sizes.Sample(
            s =>
            {
                using var scope = NewDisposeScope();
                var frames = new ShortTimeFrames(s.Overlap * s.Hop, s.Hop);
                var audio = FixedValues.Tensor(s.Hop, 2, s.Frames * s.Hop);
                FixedValues.AssertClose(audio, frames.Synthesize(frames.Analyze(audio)), 1e-5);
            },
            iter: 50,
            threads: 1
        );

    [Fact]
    public void AFrameIsTheFourierSumOfItsWindow()
    {
        using var scope = NewDisposeScope();
        const int length = 12,
            hop = 4,
            count = 5;
        var audio = FixedValues.Series(3, count * hop);
        var spectra = new ShortTimeFrames(length, hop).Analyze(tensor(audio, dtype: ScalarType.Float32).unsqueeze(0));
        double[] real = FixedValues.Flat(spectra.real),
            imaginary = FixedValues.Flat(spectra.imag);
        var expected = PlainAutoencoder.Spectra(audio, length, hop);
        Assert.Equal([1, count, length / 2 + 1], spectra.shape);
        FixedValues.AssertClose(expected.Select(c => c.Real).ToArray(), real, 1e-5);
        FixedValues.AssertClose(expected.Select(c => c.Imaginary).ToArray(), imaginary, 1e-5);
    }
}
