using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Melody.Conditioning;

namespace Melody.Cli.Shared;

/// <summary>What a mistyped verb or option was meant to be.</summary>
internal static partial class DidYouMean
{
    private const int MostErrors = 2,
        LettersAnError = 3;

    /// <summary>The nearest name to the word that an error quotes, of those that could stand there; null where none is near.</summary>
    public static string? Suggest(string message, CommandResult where)
    {
        if (Quoted().Match(message) is not { Success: true } match)
            return null;
        var word = match.Groups[1].Value;
        int limit = Math.Min(MostErrors, word.TrimStart('-').Length / LettersAnError);
        return Names(where, word.StartsWith('-'))
            .Select(name => (Name: name, Errors: EditDistance.Between(word, name, limit)))
            .Where(pair => pair.Errors > 0 && pair.Errors <= limit)
            .OrderBy(pair => pair.Errors)
            .Select(pair => pair.Name)
            .FirstOrDefault();
    }

    private static IEnumerable<string> Names(CommandResult where, bool options)
    {
        if (!options)
            return where.Command.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);
        var names = where.Command.Options.AsEnumerable();
        for (var parent = where.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
            names = names.Concat(parent.Command.Options.Where(option => option.Recursive));
        return names.Where(option => !option.Hidden).Select(option => option.Name);
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
