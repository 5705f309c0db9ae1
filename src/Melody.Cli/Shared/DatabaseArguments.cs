using System.CommandLine;
using Melody.Studio.Postgres;

namespace Melody.Cli.Shared;

/// <summary>The database that several processes share, and the place of sounds beside it.</summary>
internal sealed class DatabaseArguments
{
    private readonly Option<string?> _database = new("--database")
    {
        Description =
            "Address of a PostgreSQL database that front ends and workers share, such as postgres://user:password@host/database; by "
            + $"default the one in {DatabaseAddress.Variable}, which process lists do not show.",
        HelpName = "address",
    };
    private readonly Option<string?> _sounds = new("--sounds")
    {
        Description = "Folder of sounds that they share too, or a bucket of S3-compatible storage, such as s3://bucket/prefix.",
        HelpName = "folder or bucket",
    };

    public DatabaseArguments(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_sounds);
    }

    /// <summary>The database; null where none is named.</summary>
    /// <exception cref="MelodyException">The text is not a PostgreSQL address.</exception>
    public DatabaseAddress? Database(ParseResult arguments)
    {
        var text = arguments.GetValue(_database) ?? Environment.GetEnvironmentVariable(DatabaseAddress.Variable);
        return string.IsNullOrWhiteSpace(text) ? null : DatabaseAddress.Parse(text);
    }

    /// <summary>The folder or bucket of sounds; null where none is named.</summary>
    public string? Sounds(ParseResult arguments) => arguments.GetValue(_sounds);
}
