using CsCheck;
using Melody.Music;
using Melody.Steering;

namespace Melody.Tests.Steering;

/// <summary>Evidence for instrument families against the derivative that it stands for, and against what an arranger expects.</summary>
public sealed class FamilyEvidenceTests
{
    private const int Piano = 0,
        Strings = 5,
        Brass = 7;

    private static readonly Gen<float[]> Frames = Gen.Float[0, 1].Array[12];

    private static readonly Gen<HashSet<InstrumentFamily>> Families = Gen.Int[0, 11].Select(family => (InstrumentFamily)family).HashSet[
        1,
        3
    ];

    private static InstrumentRequest Requested(IReadOnlySet<InstrumentFamily> wanted, bool alone) =>
        new(wanted, new HashSet<InstrumentFamily>(), alone);

    private static FamilyEvidence After(InstrumentRequest request, double memory, params IEnumerable<float[]> frames)
    {
        var evidence = new FamilyEvidence(request, memory);
        foreach (var frame in frames)
            evidence.Observe(frame);
        return evidence;
    }

    private static float[] Sounding(params int[] families) => [.. Enumerable.Range(0, 12).Select(f => families.Contains(f) ? 1f : 0f)];

    [Fact]
    public void A_family_is_worth_what_it_adds_to_the_logarithms_of_the_wanted() =>
        Gen.Select(Frames.Array[0, 20], Families, Gen.Int[0, 11])
            .Sample(
                (frames, wanted, family) =>
                {
                    // log p(wanted, or a stranger is heard) of faded sums, for each wanted one alone
                    double LogProbability(double more)
                    {
                        double Odds(int f) =>
                            Math.Exp(
                                18
                                    * 0.0055
                                    * (
                                        frames.Select((frame, n) => Math.Exp(-(frames.Length - 1 - n) / 10.0) * frame[f]).Sum()
                                        + (f == family ? more : 0)
                                    )
                            );
                        double strangers = Enumerable.Range(0, 12).Where(f => !wanted.Contains((InstrumentFamily)f)).Sum(Odds);
                        return wanted.Average(f => Math.Log(Odds((int)f) / (Odds((int)f) + strangers)));
                    }
                    const double little = 1e-4;
                    double slope = (LogProbability(little) - LogProbability(-little)) / (2 * little * 0.0055);
                    Assert.Equal(slope / wanted.Count, After(Requested(wanted, alone: true), 10, frames).LogOdds()[family], 1e-5);
                },
                iter: 50
            );

    [Fact]
    public void Company_that_was_not_excluded_is_worth_nothing() =>
        Gen.Select(Frames.Array[0, 20], Families)
            .Sample(
                (frames, wanted) =>
                {
                    var (alone, among) = (
                        After(Requested(wanted, true), 50, frames).LogOdds(),
                        After(Requested(wanted, false), 50, frames).LogOdds()
                    );
                    for (int f = 0; f < 12; f++)
                    {
                        Assert.Equal(wanted.Contains((InstrumentFamily)f) ? alone[f] : 0, among[f]);
                        if (!wanted.Contains((InstrumentFamily)f))
                            Assert.True(alone[f] < 0);
                    }
                },
                iter: 50
            );

    [Fact]
    public void A_family_that_is_plainly_heard_need_not_sound_all_the_time()
    {
        var request = Requested(new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, true);
        double atFirst = After(request, 100).LogOdds()[Piano],
            plain = After(request, 100, Enumerable.Repeat(Sounding(Piano), 200)).LogOdds()[Piano];
        Assert.True(plain < atFirst / 20, $"{plain} after, {atFirst} before");
    }

    [Fact]
    public void The_louder_a_stranger_the_harder_it_is_pushed_back()
    {
        var request = Requested(new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, true);
        var worth = After(request, 100, Enumerable.Repeat(Sounding(Strings), 100)).LogOdds();
        Assert.True(worth[Strings] < -16 && worth[Brass] > -1 && worth[Piano] > 16, string.Join(' ', worth));
    }

    [Fact]
    public void Of_two_wanted_the_one_that_is_missing_is_worth_more_and_none_is_pushed_back()
    {
        var worth = After(
                Requested(new HashSet<InstrumentFamily> { InstrumentFamily.Piano, InstrumentFamily.Strings }, false),
                100,
                Enumerable.Repeat(Sounding(Piano), 100)
            )
            .LogOdds();
        Assert.True(worth[Strings] > 4 && worth[Piano] is > 0 and < 0.5, string.Join(' ', worth));
    }

    [Fact]
    public void What_is_refused_is_pushed_back_in_company_too()
    {
        var worth = After(
                new(
                    new HashSet<InstrumentFamily> { InstrumentFamily.Piano },
                    new HashSet<InstrumentFamily> { InstrumentFamily.Brass },
                    false
                ),
                100,
                Enumerable.Repeat(Sounding(Brass, Strings), 100)
            )
            .LogOdds();
        Assert.True(worth[Brass] < -8 && worth[Strings] == 0, string.Join(' ', worth));
    }

    [Fact]
    public void Without_a_wanted_family_nothing_is_steered() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new FamilyEvidence(new(new HashSet<InstrumentFamily>(), new HashSet<InstrumentFamily> { InstrumentFamily.Piano }, false), 100)
        );
}
