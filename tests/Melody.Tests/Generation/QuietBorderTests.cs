using CsCheck;

namespace Melody.Tests.Generation;

/// <summary>Where and how new frames take over from old ones, with latents whose changes are known.</summary>
public sealed class QuietBorderTests
{
    [Fact]
    public void The_fade_stands_where_joining_changes_least()
    {
        // old: still, then a jump into frame 4; new: a jump into frame 2, then still and near the old level
        float[] old = [0, 0, 0, 0, 9, 9, 9], made = [5, 5, 1, 1, 1, 1, 1, 1];
        Assert.Equal(2 + 1, QuietBorder.Join(old, made, channels: 1, fade: 2)); // frames 2 and 3 are mixtures
        Assert.Equal([0, 0, 1 / 3f, 2 / 3f, 1, 1, 1, 1], made, (float a, float b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Old_frames_fade_in_equal_steps()
    {
        // where all places are alike the first is taken
        float[] made = [10, 10, 10, 10, 10, 10, 10, 10, 10, 10];
        Assert.Equal(1 + 1, QuietBorder.Join([2, -2, 2, -2, 2, -2, 2, -2], made, channels: 2, fade: 3));
        Assert.Equal([2, -2, 4, 1, 6, 4, 8, 7, 10, 10], made);
    }

    [Fact]
    public void The_largest_change_is_as_small_as_at_any_other_place() => Gen.Select(Gen.Float[-1, 1].Array[30], Gen.Float[-1, 1].Array[42]).Sample((old, fresh) =>
    {
        const int Channels = 3, Frames = 10, Fade = 4;
        float[] made = [.. fresh];
        int middle = QuietBorder.Join(old, made, Channels, Fade), start = middle - Fade / 2;
        var places = Enumerable.Range(1, Frames - Fade).ToDictionary(place => place, place => Plain(place));
        Assert.Equal(places[start], made.Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-6);
        double Largest(int place) => Enumerable.Range(place, Fade + 1).Max(frame =>
            Enumerable.Range(0, Channels).Sum(c => Math.Abs(places[place][frame * Channels + c] - places[place][(frame - 1) * Channels + c])));
        Assert.Equal(places.Keys.Min(Largest), Largest(start), 1e-6);

        double[] Plain(int place) => [.. Enumerable.Range(0, fresh.Length).Select(i =>
        {
            int frame = i / Channels;
            double share = frame < place ? 0 : frame >= place + Fade ? 1 : (frame - place + 1) / (Fade + 1.0);
            return i < old.Length ? (1 - share) * old[i] + share * fresh[i] : fresh[i];
        })];
    });

    [Fact]
    public void Equal_frames_stay() => Gen.Float[-1, 1].Array[12].Sample(frames =>
    {
        float[] made = [.. frames];
        QuietBorder.Join(made.AsSpan(0, 9), made, channels: 3, fade: 1);
        for (int i = 0; i < made.Length; i++) Assert.Equal(frames[i], made[i], 1e-6f);
    });
}
