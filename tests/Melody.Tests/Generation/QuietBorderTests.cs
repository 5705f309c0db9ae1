using CsCheck;

namespace Melody.Tests.Generation;

/// <summary>Where and how new frames take over from old ones, with latents whose changes are known.</summary>
public sealed class QuietBorderTests
{
    [Fact]
    public void The_border_is_where_neither_neighbour_changes_much()
    {
        // steps of the two channels together, into frame 1, 2, ...: the quiet frame 4 stands beside a loud one
        double[] steps = [0, 9, 9, 5, 0, 8, 3, 2, 3, 9, 9];
        var latents = new List<float>();
        double level = 0;
        foreach (double step in steps)
        {
            level += step;
            latents.AddRange([(float)(level / 2), (float)(level / 2)]);
        }
        Assert.Equal(7, QuietBorder.Find([.. latents], 2, 2, 9));
        Assert.Equal(5, QuietBorder.Find([.. latents], 2, 2, 5)); // 8 comes next to both 4 and 5: among equals the last
        Assert.Equal(8, QuietBorder.Find([.. new float[20]], 2, 2, 8));
    }

    [Fact]
    public void Old_frames_fade_in_equal_steps()
    {
        float[] made = [10, 10, 10, 10, 10, 10, 10, 10];
        QuietBorder.Blend(made, [2, -2, 2, -2, 2, -2], channels: 2);
        Assert.Equal([4, 1, 6, 4, 8, 7, 10, 10], made);
    }

    [Fact]
    public void Equal_frames_stay_and_the_rest_is_untouched() => Gen.Float[-1, 1].Array[12].Sample(frames =>
    {
        float[] made = [.. frames];
        QuietBorder.Blend(made, made.AsSpan(0, 9), channels: 3);
        for (int i = 0; i < made.Length; i++) Assert.Equal(frames[i], made[i], 1e-6f);
    });
}
