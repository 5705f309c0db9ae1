using System.Text;
using CsCheck;
using Melody.Cli.Shared;

namespace Melody.Tests.Cli;

/// <summary>File names from prompts, and times from the command line.</summary>
public sealed class NameAndTimeTests
{
    [Theory]
    [InlineData("Slow, sad piano!", "slow-sad-piano")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("C:\\nul|*?\"<>", "c-nul")]
    [InlineData("don't stop", "dont-stop")]
    [InlineData("静かなピアノ", "静かなピアノ")]
    [InlineData("🎹🎹", "music")]
    [InlineData("", "music")]
    public void Names(string words, string name) => Assert.Equal(name, SafeName.Of(words));

    [Fact]
    public void NamesAreAlwaysSafe() =>
        Gen.String.Sample(words =>
        {
            var name = SafeName.Of(new string([.. words.Where(c => !char.IsSurrogate(c))]));
            return name.Length > 0
                && Encoding.UTF8.GetByteCount(name) <= 61
                && !name.StartsWith('-')
                && !name.EndsWith('-')
                && name.All(c => c == '-' || !char.IsPunctuation(c) && !char.IsControl(c) && c != '/');
        });

    [Theory]
    [InlineData("7.5", 7.5)]
    [InlineData("90", 90)]
    [InlineData("1:07.5", 67.5)]
    [InlineData("1:05", 65)]
    [InlineData("1:01:07.25", 3667.25)]
    public void Times(string text, double seconds)
    {
        Assert.True(TimeOption.TryParse(text, out double read));
        Assert.Equal(seconds, read, 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1:60")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("1:2:3:4")]
    [InlineData("\u0663")]
    [InlineData("1:0\u0967")]
    [InlineData("7\n")]
    public void NotTimes(string text) => Assert.False(TimeOption.TryParse(text, out _));
}
