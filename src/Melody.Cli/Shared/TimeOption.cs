using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Melody.Cli.Shared;

/// <summary>A place in a piece of music: seconds, or minutes and seconds, or hours, minutes and seconds.</summary>
internal static partial class TimeOption
{
    /// <summary>An option that has to be given.</summary>
    public static Option<double> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "time",
            Required = true,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (TryParse(text, out double seconds))
                    return seconds;
                result.AddError($"{name} is '{text}'; give seconds such as 7.5, or minutes and seconds such as 1:07.5");
                return default;
            },
        };

    /// <summary>Reads 7.5, 1:07.5 or 1:01:07.5.</summary>
    public static bool TryParse(string text, out double seconds)
    {
        seconds = 0;
        if (!Written().IsMatch(text))
            return false;
        var fields = text.Split(':');
        foreach (var field in fields)
            seconds = seconds * 60 + double.Parse(field, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return true;
    }

    // digits of other scripts and a line break at the end would match \d and $, and are not numbers
    [GeneratedRegex(@"^([0-9]{1,7}(\.[0-9]{0,9})?|([0-9]{1,3}:)?[0-9]{1,3}:[0-5]?[0-9](\.[0-9]{0,9})?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
