using System.CommandLine;
using System.Net;
using Melody.Cli.Shared;
using Melody.Studio;
using Melody.Studio.Engine;
using Melody.Studio.Songs;

namespace Melody.Cli.Verbs;

/// <summary>A verb that runs a studio until it is interrupted.</summary>
internal abstract class ServerVerb : Verb
{
    private readonly Option<string> _address = new("--host")
    {
        Description = "Address to listen on; any but this machine's own needs a key.",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "address",
    };
    private readonly Option<int?> _port = TypedOption.Number("--port", "Port to listen on, 0 for a free one; 5005 by default.", 0, 65535);
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of songs and jobs; by default the one in MELODY_DATA, then the user's data folder.",
        HelpName = "folder",
    };
    private readonly Option<string[]> _keys = new("--api-key")
    {
        Description = "A key that clients have to send, at least 16 characters; can be given several times.",
        HelpName = "key",
    };
    private readonly Option<string?> _keyFile = new("--api-key-file")
    {
        Description = "A file with one key per line, which process lists do not show.",
        HelpName = "file",
    };
    private readonly Option<string[]> _hosts = new("--allow-host")
    {
        Description = "A host name under which the server may be reached; can be given several times.",
        HelpName = "name",
    };
    private readonly Option<string[]> _origins = new("--allow-origin")
    {
        Description = "A web page that may use the server, such as https://example.org; can be given several times.",
        HelpName = "origin",
    };
    private readonly Option<int?> _queue = TypedOption.Number("--queue", "How many jobs may wait; 64 by default.", 1, 10_000);
    private readonly Option<double?> _most = TypedOption.Number(
        "--max-seconds",
        "Maximum length of a piece; 600 by default.",
        1.0,
        GenerationOptions.LongestSeconds
    );
    private readonly DatabaseArguments _database;
    private readonly Option<int?> _workers = TypedOption.Number(
        "--workers",
        "1 when this process makes music too, 0 when it leaves all of it to 'melody worker' at the same --database; 1 by default.",
        0,
        1
    );
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Tell of every request on standard error." };
    private readonly ModelArguments _model;

    /// <param name="name">Of the verb.</param>
    /// <param name="description">What it does.</param>
    protected ServerVerb(string name, string description)
        : base(name, description)
    {
        foreach (var option in new Option[] { _address, _port, _data, _keys, _keyFile, _hosts, _origins, _queue, _most, _verbose })
            Options.Add(option);
        _database = new(this);
        Options.Add(_workers);
        _model = new(this);
    }

    /// <summary>Whether there is a page.</summary>
    protected abstract bool HasPage { get; }

    /// <summary>The server listens.</summary>
    /// <param name="report">Where.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="context">Where to say so.</param>
    protected abstract void Started(ServerReport report, StudioOptions options, ParseResult arguments, CommandContext context);

    /// <inheritdoc/>
    public sealed override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var options = Read(arguments);
        options.Check();
        _model.Check(arguments, context);
        using var loaded = options.MakesMusic
            ? await context.WithProgressAsync(progress => _model.LoadAsync(arguments, context, progress)).ConfigureAwait(false)
            : null;
        var engine = loaded is null ? _model.OpenFront(arguments, context) : new MelodyEngine(loaded.Model);
        await using var server = await StudioServer.StartAsync(options, engine, context.Cancellation).ConfigureAwait(false);
        Started(new(server.Address.ToString(), [.. server.OtherAddresses.Select(other => other.ToString())]), options, arguments, context);
        await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Success;
    }

    private StudioOptions Read(ParseResult arguments)
    {
        var usual = new StudioOptions();
        var text = arguments.GetRequiredValue(_address);
        if (!IPAddress.TryParse(text, out var address) && text != "localhost")
            throw new MelodyException($"--host is '{text}'; give an address such as 127.0.0.1 or 0.0.0.0.");
        return usual with
        {
            Address = address ?? IPAddress.Loopback,
            Port = arguments.GetValue(_port) ?? usual.Port,
            Data = arguments.GetValue(_data) ?? StudioFolder.Default,
            Database = _database.Database(arguments),
            Sounds = _database.Sounds(arguments),
            MakesMusic = arguments.GetValue(_workers) != 0,
            Keys =
            [
                .. arguments.GetValue(_keys) ?? [],
                .. arguments.GetValue(_keyFile) is { } file ? Studio.Security.ApiKeys.Read(file) : [],
            ],
            Hosts = arguments.GetValue(_hosts) ?? [],
            Origins = arguments.GetValue(_origins) ?? [],
            QueueCapacity = arguments.GetValue(_queue) ?? usual.QueueCapacity,
            MostSeconds = arguments.GetValue(_most) ?? usual.MostSeconds,
            Verbose = arguments.GetValue(_verbose),
            Page = HasPage,
        };
    }
}
