using CsCheck;
using Melody.Autoencoder;
using Melody.Foundation;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Autoencoder;

/// <summary>Phases that run on: what is known of steady tones, of silence and of noise.</summary>
public sealed class PhaseContinuationTests
{
    private const int Length = 1920,
        Hop = 480;
    private static readonly ShortTimeFrames Frames = new(Length, Hop);

    [Fact]
    public void ASteadyToneIsPredictedFromTheFrameBefore() =>
        Gen.Double[60, 11_000]
            .Sample(
                frequency =>
                {
                    using var scope = NewDisposeScope();
                    var audio = tensor(
                            Enumerable
                                .Range(0, 12 * Hop)
                                .Select(n => (float)(0.5 * Math.Sin(2 * Math.PI * frequency * n / 24_000)))
                                .ToArray()
                        )
                        .unsqueeze(0);
                    var spectra = Frames.Analyze(audio).narrow(1, 3, 6);
                    // every bin is told how much further a tone of this frequency turns than its own middle frequency
                    var turn = (2 * Math.PI * Hop * (frequency / 24_000 - arange(Frames.Bins, dtype: ScalarType.Float64) / Length)).expand(
                        1,
                        5,
                        Frames.Bins
                    );
                    var none = zeros(1, 5, Frames.Bins);
                    var next = new SpectralFrames(
                        none,
                        turn.cos().to_type(ScalarType.Float32) - 1,
                        turn.sin().to_type(ScalarType.Float32),
                        none,
                        none
                    );
                    var magnitude = spectra.abs();
                    var (x, y) = (spectra.real / magnitude, spectra.imag / magnitude);
                    var (real, imaginary) = PhaseContinuation.Predict(
                        magnitude.narrow(1, 0, 5),
                        x.narrow(1, 0, 5),
                        y.narrow(1, 0, 5),
                        next,
                        PhaseContinuation.Advance(Length, Hop, CPU)
                    );
                    var loud = magnitude.narrow(1, 1, 5) > 0.1 * magnitude.max().item<float>();
                    var error = ((real - x.narrow(1, 1, 5)).square() + (imaginary - y.narrow(1, 1, 5)).square()).sqrt();
                    Assert.InRange(error[loud].max().item<float>(), 0, 0.05);
                },
                iter: 30,
                threads: 1
            );

    [Fact]
    public void AfterSilenceTheOnsetAloneSpeaks() =>
        Gen.Select(Gen.Double[-0.7, 0.7], Gen.Double[-0.7, 0.7], Gen.Double[-1, 1])
            .Sample(
                (a, b, turn) =>
                {
                    using var scope = NewDisposeScope();
                    var silence = zeros(1, 1, Frames.Bins);
                    var (real, imaginary) = PhaseContinuation.Predict(
                        silence,
                        silence,
                        silence,
                        new(silence, silence + turn, silence - turn, silence + a, silence + b),
                        PhaseContinuation.Advance(Length, Hop, CPU)
                    );
                    Assert.Equal(a, real.mean().item<float>(), 1e-5);
                    Assert.Equal(b, imaginary.mean().item<float>(), 1e-5);
                },
                iter: 30,
                threads: 1
            );

    [Fact]
    public void ThePredictionLiesWithinTheUnitDisc() =>
        Gen.Int[1, 1000]
            .Sample(
                seed =>
                {
                    using var scope = NewDisposeScope();
                    var random = new CounterRandom((ulong)seed);
                    Tensor Next(ulong stream) => random.Fork(stream).Normal(0, 1, 3, Frames.Bins);
                    var (real, imaginary) = PhaseContinuation.Predict(
                        Next(1).abs(),
                        Next(2),
                        Next(3),
                        new(Next(4), Next(5), Next(6), Next(7), Next(8)),
                        PhaseContinuation.Advance(Length, Hop, CPU)
                    );
                    Assert.InRange((real.square() + imaginary.square()).max().item<float>(), 0, 1 + 1e-5);
                },
                iter: 10,
                threads: 1
            );
}
