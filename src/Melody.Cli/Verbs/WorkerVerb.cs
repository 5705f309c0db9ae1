using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Studio;
using Melody.Studio.Engine;
using Melody.Studio.Jobs;

namespace Melody.Cli.Verbs;

/// <summary><c>melody worker</c>: makes the jobs of a database.</summary>
internal sealed class WorkerVerb : Verb
{
    private readonly DatabaseArguments _database;
    private readonly Option<double?> _lease = TypedOption.Number(
        "--lease",
        "Seconds without a sign of life after which a job goes to another worker; 30 by default.",
        1.0,
        3600,
        "seconds"
    );
    private readonly Option<int?> _attempts = TypedOption.Number(
        "--attempts",
        "How often a job is started when its workers die, before it fails; 5 by default.",
        1,
        100
    );
    private readonly Option<int?> _health = TypedOption.Number(
        "--health-port",
        "Port of health checks and metrics, on all addresses of this machine; none by default.",
        1,
        65535,
        "port"
    );
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Tell of every job on standard error." };
    private readonly ModelArguments _model;

    public WorkerVerb()
        : base("worker", "Makes the music that servers with the same --database accept; run as many as there are machines.")
    {
        _database = new(this);
        foreach (var option in new Option[] { _lease, _attempts, _health, _verbose })
            Options.Add(option);
        _model = new(this);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var options = Read(arguments);
        _model.Check(arguments, context);
        using var loaded = await context
            .WithProgressAsync(progress => _model.LoadAsync(arguments, context, progress))
            .ConfigureAwait(false);
        await using var worker = await StudioWorker
            .StartAsync(options, new MelodyEngine(loaded.Model), context.Cancellation)
            .ConfigureAwait(false);
        context.WriteResult(new WorkerReport(options.Terms.Name, options.Database.ToString()), console =>
            console.Profile.Out.Writer.WriteLine($"The worker {options.Terms.Name} takes jobs from {options.Database}; Ctrl-C ends it.")
        );
        await Task.Delay(Timeout.Infinite, context.Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Success;
    }

    private WorkerOptions Read(ParseResult arguments)
    {
        var usual = WorkerTerms.Default;
        return new(
            _database.Database(arguments)
                ?? throw new MelodyException("A worker takes its jobs from a database; name it with --database postgres://…"),
            _database.Sounds(arguments) ?? throw new MelodyException("The folder of sounds is missing; name it with --sounds.")
        )
        {
            Terms = usual with
            {
                Lease = arguments.GetValue(_lease) is { } seconds ? TimeSpan.FromSeconds(seconds) : usual.Lease,
                Attempts = arguments.GetValue(_attempts) ?? usual.Attempts,
            },
            HealthPort = arguments.GetValue(_health),
            Verbose = arguments.GetValue(_verbose),
        };
    }
}

/// <summary>What <c>melody worker</c> prints once it takes jobs.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Database">Where it takes them from, without the password.</param>
internal sealed record WorkerReport(string Worker, string Database);
