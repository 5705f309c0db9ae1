using Melody.Prompting;

namespace Melody.Tests.Prompting;

public sealed class PromptLimitsTests
{
    [Fact]
    public void PromptsThatCanOnlyBeMistakesAreRefused()
    {
        PromptLimits.Check("piano");
        PromptLimits.Check("悲しいピアノ");
        PromptLimits.Check(string.Join(' ', Enumerable.Repeat("word", PromptLimits.Words)));
        foreach (var none in new[] { "", "  ", "🎹", "!?" })
            Assert.Contains("no words", Assert.Throws<MelodyException>(() => PromptLimits.Check(none)).Message, StringComparison.Ordinal);
        foreach (
            var much in new[]
            {
                string.Join(' ', Enumerable.Repeat("word", 10_000)),
                new string('x', PromptLimits.Characters + 1),
                string.Join(' ', Enumerable.Repeat("a", PromptLimits.Words + 1)),
            }
        )
            Assert.Contains("too long", Assert.Throws<MelodyException>(() => PromptLimits.Check(much)).Message, StringComparison.Ordinal);
    }
}
