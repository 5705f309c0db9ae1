using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Melody.Cli.Shared;

/// <summary>Options that take several numbers with commas between them, read strictly.</summary>
internal static class NumberList
{
    /// <summary>
    /// Numbers in a range, or the word for none or for a number that the machine decides; null when the option is not given.
    /// </summary>
    /// <param name="name">Of the option.</param>
    /// <param name="description">For the help.</param>
    /// <param name="smallest">The least that goes.</param>
    /// <param name="largest">The most that goes.</param>
    /// <param name="words">Words that stand for a number, or for none where the value is null.</param>
    public static Option<IReadOnlyList<T>?> Of<T>(
        string name,
        string description,
        T smallest,
        T largest,
        params (string Word, T? Value)[] words
    )
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = "n,n,...",
            CustomParser = result =>
            {
                var numbers = new List<T>();
                foreach (var text in result.Tokens[0].Value.Split(','))
                {
                    int word = Array.FindIndex(words, w => w.Word == text.Trim());
                    if (word >= 0)
                    {
                        if (words[word].Value is { } meant)
                            numbers.Add(meant);
                        continue;
                    }
                    if (
                        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                        && value >= smallest
                        && value <= largest
                    )
                    {
                        numbers.Add(value);
                        continue;
                    }
                    var others = string.Concat(words.Select(w => $" or {w.Word}"));
                    result.AddError(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{name} is '{result.Tokens[0].Value}'; give numbers from {smallest} to {largest}{others}, with "
                                + $"commas between them"
                        )
                    );
                    return null;
                }
                return numbers;
            },
        };
}
