using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Melody.Cli.Shared;

/// <summary>Options whose values are read strictly, with a sentence that says what goes.</summary>
internal static class TypedOption
{
    /// <summary>A number in a range, written the same way in every country; null when the option is not given.</summary>
    public static Option<T?> Number<T>(
        string name,
        string description,
        T smallest,
        T largest,
        string helpName = "n",
        bool recursive = false
    )
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Recursive = recursive,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var styles = Whole<T>() ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
                if (T.TryParse(text, styles, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest)
                    return value;
                result.AddError(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} is '{text}'; give a {(Whole<T>() ? "whole " : "")}number from {smallest} to {largest}"
                    )
                );
                return default;
            },
        };

    /// <summary>One of the values of an enumeration, in any case; its first value when the option is not given.</summary>
    public static Option<T> Choice<T>(string name, string description, bool recursive = false)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        return new(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            Recursive = recursive,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                int index = Array.IndexOf(names, text.ToLowerInvariant());
                if (index >= 0)
                    return Enum.GetValues<T>()[index];
                result.AddError($"{name} is '{text}'; choose {string.Join(", ", names[..^1])} or {names[^1]}");
                return default;
            },
        };
    }

    private static bool Whole<T>() => typeof(T) == typeof(int) || typeof(T) == typeof(long);
}
