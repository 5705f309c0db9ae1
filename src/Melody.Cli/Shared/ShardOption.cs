using System.CommandLine;
using System.Globalization;

namespace Melody.Cli.Shared;

/// <summary><c>--shard i/n</c>: which part of a corpus' shards a process takes.</summary>
internal sealed class ShardOption : Option<string?>
{
    public ShardOption()
        : base("--shard")
    {
        Description = "Make only part i of n, for example 3/16: processes, machines or tasks of a Slurm array can share the work.";
        HelpName = "i/n";
    }

    /// <summary>The part, from 1, and how many there are; 1 of 1 where the option is not given.</summary>
    /// <exception cref="MelodyException">The text is not of that form.</exception>
    public (int Part, int Parts) Read(ParseResult arguments)
    {
        if (arguments.GetValue(this) is not { } text)
            return (1, 1);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (
            slash > 0
            && int.TryParse(text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var part)
            && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
            && part >= 1
            && part <= parts
        )
            return (part, parts);
        throw new MelodyException($"--shard is '{text}'; give i/n with 1 <= i <= n, for example 3/16.");
    }
}
