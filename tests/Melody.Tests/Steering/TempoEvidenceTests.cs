using CsCheck;
using Melody.Steering;

namespace Melody.Tests.Steering;

/// <summary>Evidence for a tempo against the derivative that it stands for, and against what a drummer expects.</summary>
public sealed class TempoEvidenceTests
{
    private const double Step = 0.7,
        Start = 0.3;

    private static readonly Gen<(double, double)[]> Frames = Gen.Select(Gen.Double[-1, 1], Gen.Double[-1, 1]).Array[0, 30];

    private static TempoEvidence After(double memory, params IEnumerable<(double Cosine, double Sine)> frames)
    {
        var evidence = new TempoEvidence(Step, Start, memory);
        foreach (var frame in frames)
            evidence.Observe(frame);
        return evidence;
    }

    // frames that stand behind the wished place by a part of a beat
    private static IEnumerable<(double, double)> Behind(double beats, int count, double step = Step) =>
        Enumerable.Range(0, count).Select(n => Start + step * n - 2 * Math.PI * beats).Select(at => (Math.Cos(at), Math.Sin(at)));

    // what a frame is worth that stands behind the wished place by a part of a beat
    private static double Worth(TempoEvidence evidence, int number, double behind)
    {
        double at = Start + Step * number - 2 * Math.PI * behind;
        var (cosine, sine) = evidence.LogOdds();
        return cosine * Math.Cos(at) + sine * Math.Sin(at);
    }

    [Fact]
    public void A_place_is_worth_what_it_adds_to_the_logarithm_of_the_wished_one() =>
        Gen.Select(Frames, Gen.Double[0, 1])
            .Sample(
                (frames, behind) =>
                {
                    // sixteen places in the beat, of which the first is wished for, told by faded agreement with each
                    double LogProbability(double more)
                    {
                        double Odds(int place)
                        {
                            double Agreement(double cosine, double sine, int n) =>
                                20
                                * (
                                    cosine * Math.Cos(Start + Step * n + 2 * Math.PI * place / 16)
                                    + sine * Math.Sin(Start + Step * n + 2 * Math.PI * place / 16)
                                );
                            double sum = 0;
                            for (int n = 0; n < frames.Length; n++)
                                sum += Math.Exp(-(frames.Length - 1 - n) / 10.0) * Agreement(frames[n].Item1, frames[n].Item2, n);
                            double at = Start + Step * frames.Length - 2 * Math.PI * behind;
                            return Math.Exp(0.0075 * (sum + more * Agreement(Math.Cos(at), Math.Sin(at), frames.Length)));
                        }
                        return Math.Log(Odds(0) / Enumerable.Range(0, 16).Sum(Odds));
                    }
                    const double little = 1e-3;
                    double slope = (LogProbability(little) - LogProbability(-little)) / (2 * little * 0.0075);
                    Assert.Equal(slope + 0.6 * 20 * Math.Cos(2 * Math.PI * behind), Worth(After(10, frames), frames.Length, behind), 1e-4);
                },
                iter: 50
            );

    [Fact]
    public void A_beat_that_is_plainly_kept_is_rewarded_less()
    {
        double atFirst = Worth(After(100), 0, 0),
            plain = Worth(After(100, Behind(0, 300)), 300, 0);
        Assert.Equal(1.6 * 20, atFirst, 1e-9);
        Assert.True(plain > 0.6 * 20 && plain < atFirst / 2, $"{plain} after, {atFirst} before");
    }

    [Fact]
    public void Music_that_stands_beside_the_beat_is_led_back()
    {
        var late = After(100, Behind(0.25, 300));
        Assert.True(
            Worth(late, 300, 0) > 15 && Worth(late, 300, 0.25) < 0 && Worth(late, 300, 0) > Worth(late, 300, -0.25),
            "a quarter of a beat late"
        );
    }

    [Fact]
    public void Another_tempo_is_no_evidence() => Assert.True(Worth(After(100, Behind(0, 300, Step * 1.5)), 300, 0) > 25);
}
