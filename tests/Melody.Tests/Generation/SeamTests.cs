using CsCheck;
using Melody.Generation;

namespace Melody.Tests.Generation;

/// <summary>Where and how new frames take over from old ones.</summary>
public sealed class SeamTests
{
    [Fact]
    public void Old_frames_fade_in_equal_steps()
    {
        // where all candidates are equally audible the first is taken
        float[] made = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10];
        Assert.Equal(1 + 1, Seam.Join([2, -2, 2, -2, 2, -2, 2, -2], made, channels: 2, fade: 3, Alike));
        Assert.Equal([2, -2, 4, 1, 6, 4, 8, 7, 10, 10], made);
    }

    [Fact]
    public void The_least_audible_candidate_is_taken() =>
        Gen.Select(Gen.Float[-1, 1].Array[30], Gen.Float[-1, 1].Array[42], Gen.Double[0, 1].Array[6])
            .Sample(
                (old, fresh, heard) =>
                {
                    const int Channels = 3,
                        Fade = 4; // 10 frames leave the candidates 1 to 6
                    float[] made = [.. fresh];
                    int middle = Seam.Join(old, made, Channels, Fade, candidates =>
                    {
                        Assert.Equal(
                            Enumerable.Range(1, 6).Select(place => (place, place + Fade)),
                            candidates.Select(j => (j.First, j.End))
                        );
                        foreach (var candidate in candidates)
                            Assert.Equal(Plain(old, fresh, Channels, candidate.First, Fade), candidate.Latents, (a, b) =>
                                Math.Abs(a - b) < 1e-6
                            );
                        return heard;
                    });
                    int least = 1 + Array.IndexOf(heard, heard.Min());
                    Assert.Equal(least + Fade / 2, middle);
                    Assert.Equal(Plain(old, fresh, Channels, least, Fade), made, (a, b) => Math.Abs(a - b) < 1e-6);
                }
            );

    [Fact]
    public void Candidates_are_spread_evenly() =>
        Gen.Select(Gen.Int[2, 200], Gen.Int[0, 20])
            .Where((frames, fade) => fade < frames)
            .Sample((frames, fade) => Seam.Join(new float[frames], new float[frames], channels: 1, fade, candidates =>
                    {
                        Assert.InRange(candidates.Count, 1, 16);
                        Assert.Equal(1, candidates[0].First);
                        if (candidates.Count > 1)
                            Assert.Equal(frames - fade, candidates[^1].First);
                        var distances = candidates.Zip(candidates.Skip(1), (a, b) => b.First - a.First).ToList();
                        Assert.True(distances.Count == 0 || (distances.Min() >= 1 && distances.Max() - distances.Min() <= 1));
                        return Alike(candidates);
                    }));

    [Fact]
    public void Equal_frames_stay() =>
        Gen.Float[-1, 1]
            .Array[12]
            .Sample(frames =>
            {
                float[] made = [.. frames];
                Seam.Join(made.AsSpan(0, 9), made, channels: 3, fade: 1, Alike);
                for (int i = 0; i < made.Length; i++)
                    Assert.Equal(frames[i], made[i], 1e-6f);
            });

    private static double[] Alike(IReadOnlyList<SeamCandidate> candidates) => new double[candidates.Count];

    private static float[] Plain(float[] old, float[] fresh, int channels, int place, int fade) =>
        [
            .. Enumerable
                .Range(0, fresh.Length)
                .Select(i =>
                {
                    int frame = i / channels;
                    double share =
                        frame < place ? 0
                        : frame >= place + fade ? 1
                        : (frame - place + 1) / (fade + 1.0);
                    return i < old.Length ? (float)((1 - share) * old[i] + share * fresh[i]) : fresh[i];
                }),
        ];
}
