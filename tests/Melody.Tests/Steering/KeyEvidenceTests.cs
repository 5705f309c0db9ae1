using CsCheck;
using Melody.Music;
using Melody.Steering;

namespace Melody.Tests.Steering;

/// <summary>Evidence for keys against the derivative that it stands for, and against what musicians expect.</summary>
public sealed class KeyEvidenceTests
{
    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11],
        MinorScale = [0, 2, 3, 5, 7, 8, 10, 11];

    private static readonly Gen<float[]> Frames = Gen.Float[0, 1].Array[12];

    private static readonly Gen<MusicalKey> Keys = Gen.Select(Gen.Int[0, 11], Gen.Bool, (tonic, minor) => new MusicalKey(tonic, minor));

    private static float[] Sounding(params int[] pitches) => [.. Enumerable.Range(0, 12).Select(p => pitches.Contains(p) ? 1f : 0f)];

    private static KeyEvidence After(string key, int frames, params float[][] heard)
    {
        var evidence = new KeyEvidence(MusicalKey.Parse(key), 100);
        for (int n = 0; n < frames; n++)
            evidence.Observe(heard[n % heard.Length]);
        return evidence;
    }

    // the fit of a key, from its scale and triad, in plain words
    private static double Fit(int pitch, int tonic, bool minor)
    {
        int step = (pitch - tonic + 12) % 12;
        if (!(minor ? MinorScale : MajorScale).Contains(step))
            return -3.75;
        return step == 0 ? 1.25
            : step == 7 ? 0.75
            : step == (minor ? 3 : 4) ? 0.5
            : 0;
    }

    [Fact]
    public void Probabilities_are_those_of_faded_fits() =>
        Gen.Select(Frames.Array[0, 30], Keys)
            .Sample(
                (frames, wished) =>
                {
                    var evidence = new KeyEvidence(wished, 10);
                    foreach (var frame in frames)
                        evidence.Observe(frame);
                    var odds = new double[24];
                    for (int key = 0; key < 24; key++)
                    {
                        double sum = 0;
                        for (int n = 0; n < frames.Length; n++)
                        for (int p = 0; p < 12; p++)
                            sum += 0.05 * Math.Exp(-(frames.Length - 1 - n) / 10.0) * frames[n][p] * Fit(p, key % 12, key >= 12);
                        odds[key] = Math.Exp(sum);
                    }
                    var probabilities = evidence.Probabilities();
                    for (int key = 0; key < 24; key++)
                        Assert.Equal(odds[key] / odds.Sum(), probabilities[key], 1e-9);
                },
                iter: 50
            );

    [Fact]
    public void A_pitch_is_worth_what_it_adds_to_the_logarithm_of_the_wished_key() =>
        Gen.Select(Frames.Array[1, 20], Keys, Gen.Int[0, 11])
            .Sample(
                (frames, wished, pitch) =>
                {
                    const float little = 1e-3f;
                    double LogProbability(float[]? last)
                    {
                        var evidence = new KeyEvidence(wished, 1e12); // nothing fades, so that one more frame is all that differs
                        foreach (var frame in frames)
                            evidence.Observe(frame);
                        if (last is not null)
                            evidence.Observe(last);
                        return Math.Log(evidence.Probabilities()[wished.Tonic + (wished.IsMinor ? 12 : 0)]);
                    }
                    var more = new float[12];
                    more[pitch] = little;
                    double slope = (LogProbability(more) - LogProbability(null)) / (little * KeyEvidence.Weight);
                    bool strange = Fit(pitch, wished.Tonic, wished.IsMinor) < 0;

                    var heard = new KeyEvidence(wished, 1e12);
                    foreach (var frame in frames)
                        heard.Observe(frame);
                    Assert.Equal(slope + (strange ? -3.75 / 2 : 0), heard.LogOdds()[pitch], 1e-3);
                },
                iter: 50
            );

    [Fact]
    public void Turning_the_music_turns_what_it_is_worth() =>
        Gen.Select(Frames.Array[0, 20], Keys, Gen.Int[0, 11])
            .Sample(
                (frames, wished, turn) =>
                {
                    static float[] Turned(float[] frame, int turn) => [.. Enumerable.Range(0, 12).Select(p => frame[(p - turn + 12) % 12])];
                    var (here, there) = (
                        new KeyEvidence(wished, 50),
                        new KeyEvidence(wished with { Tonic = (wished.Tonic + turn) % 12 }, 50)
                    );
                    foreach (var frame in frames)
                    {
                        here.Observe(frame);
                        there.Observe(Turned(frame, turn));
                    }
                    var (a, b) = (here.LogOdds(), there.LogOdds());
                    for (int p = 0; p < 12; p++)
                        Assert.Equal(a[p], b[(p + turn) % 12], 1e-9);
                },
                iter: 50
            );

    [Fact]
    public void Where_the_key_is_plain_the_tonic_is_worth_little_and_strange_notes_still_cost()
    {
        var plain = After("C major", 300, Sounding(0, 4, 7), Sounding(5, 9, 0), Sounding(7, 11, 2), Sounding(0, 4, 7)).LogOdds();
        double atFirst = new KeyEvidence(MusicalKey.Parse("C major"), 100).LogOdds()[0];
        Assert.True(plain[0] < atFirst / 4, $"{plain[0]} after, {atFirst} before");
        foreach (int strange in (int[])[1, 3, 6, 8, 10])
            Assert.True(plain[strange] < -1.8);
        foreach (int own in MajorScale)
            Assert.True(Math.Abs(plain[own]) < 1);
    }

    [Fact]
    public void Music_in_the_relative_key_is_led_back()
    {
        var relative = After("C major", 300, Sounding(9, 0, 4), Sounding(2, 5, 9), Sounding(4, 8, 11), Sounding(9, 0, 4)).LogOdds();
        Assert.True(relative[0] > relative[9] + 0.5, $"C is worth {relative[0]}, A {relative[9]}");
        Assert.Equal(relative.Min(), relative.Where((_, p) => !MajorScale.Contains(p)).Min());
    }

    [Fact]
    public void What_was_long_ago_is_forgotten()
    {
        var evidence = After("C major", 1000, Sounding(6, 10, 1)); // F# major
        for (int n = 0; n < 1000; n++)
            evidence.Observe(Sounding(0, 4, 7));
        Assert.True(evidence.Probabilities()[0] > 0.5);
    }
}
