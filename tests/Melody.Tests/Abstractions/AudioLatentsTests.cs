using CsCheck;

namespace Melody.Tests.Abstractions;

/// <summary>Frames in managed memory.</summary>
public sealed class AudioLatentsTests
{
    [Fact]
    public void PartsPutTogetherAreTheWhole() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 20], Gen.Int[0, 20])
            .Sample(
                (channels, first, second) =>
                {
                    var values = Enumerable.Range(0, channels * (first + second)).Select(i => i / 1000f).ToArray();
                    var latents = new AudioLatents(values, channels, 50);
                    Assert.Equal(first + second, latents.Frames);
                    var (left, right) = (latents.Slice(0, first), latents.Slice(first, second));
                    Assert.Equal((first, second), (left.Frames, right.Frames));
                    Assert.Equal(values, left.Concatenate(right).Values.ToArray());
                    for (int i = 0; i < second; i++)
                        Assert.Equal(values.Skip((first + i) * channels).Take(channels), right[i].ToArray());
                }
            );

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var latents = new AudioLatents(new float[12], 3, 50);
        Assert.Throws<ArgumentException>(() => new AudioLatents(new float[13], 3, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioLatents(new float[12], 0, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AudioLatents(new float[12], 3, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => latents.Slice(2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => latents.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => latents[4].Length);
        Assert.Throws<ArgumentException>(() => latents.Concatenate(new AudioLatents(new float[12], 4, 50)));
        Assert.Throws<ArgumentException>(() => latents.Concatenate(new AudioLatents(new float[12], 3, 250)));
    }
}
