using Melody.Conditioning;

namespace Melody.Prompting;

/// <summary>What a prompt may be. The towers read anything; a generator refuses what can only be a mistake.</summary>
internal static class PromptLimits
{
    /// <summary>Words of the longest prompt.</summary>
    public const int Words = 250;

    /// <summary>UTF-16 units of the longest prompt.</summary>
    public const int Characters = 4000;

    /// <summary>Refuses a prompt without a word in it, and one that is too long.</summary>
    /// <exception cref="MelodyException">Says which of the two.</exception>
    public static void Check(string prompt)
    {
        if (prompt.Length > Characters || WordSplitter.Split(prompt).Skip(Words).Any())
            throw new MelodyException($"The prompt is too long; describe the music in at most {Words} words and {Characters} characters.");
        if (!WordSplitter.Split(prompt).Any())
            throw new MelodyException("The prompt has no words in it; describe the music, for example \"slow piano in the rain\".");
    }
}
