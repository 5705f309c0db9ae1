namespace Melody.Foundation;

/// <summary>The English names of numbers.</summary>
internal static class EnglishNumbers
{
    /// <summary>0..19.</summary>
    public static IReadOnlyList<string> Small { get; } =
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];

    /// <summary>20, 30, … 90.</summary>
    public static IReadOnlyList<string> Tens { get; } = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>0..999 in words, such as "one hundred and twenty-three".</summary>
    public static string InWords(int number) =>
        number switch
        {
            < 20 => Small[number],
            < 100 => Tens[number / 10 - 2] + (number % 10 > 0 ? "-" + Small[number % 10] : ""),
            _ => Small[number / 100] + " hundred" + (number % 100 > 0 ? " and " + InWords(number % 100) : ""),
        };
}
