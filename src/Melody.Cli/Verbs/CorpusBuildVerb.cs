using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Melody.Autoencoder;
using Melody.Cli.Shared;
using Melody.Corpus.Composition;
using Melody.Corpus.Pipeline;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Models;
using Melody.Training.Encoders;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus build</c>: composes, renders and describes a corpus from one seed.</summary>
internal sealed class CorpusBuildVerb : Verb
{
    private readonly CorpusArguments _shared = new();
    private readonly Option<double?> _hours = TypedOption.Number(
        "--hours",
        "About how many hours of music; 2 by default.",
        0.001,
        1e6,
        "hours"
    );
    private readonly Option<double?> _minutes = TypedOption.Number(
        "--minutes",
        "About how many minutes of music; instead of --hours.",
        0.1,
        1e8,
        "minutes"
    );
    private readonly Option<string?> _scores = new("--scores")
    {
        Description = "Folder of MIDI scores with a manifest.csv whose melodies are used too.",
        HelpName = "folder",
    };
    private readonly Option<bool> _noGrooves = new("--no-mma") { Description = "Do without MMA's accompaniments." };
    private readonly Option<string?> _kinds = new("--kinds")
    {
        Description = $"Only these kinds of pieces, between commas: {string.Join(", ", Composer.Kinds.Select(EnumName<PieceKind>.Of))}.",
        HelpName = "kinds",
    };
    private readonly Option<int?> _pieces = TypedOption.Number("--shard-pieces", "Pieces in a shard; 15 by default.", 1, 10_000);
    private readonly Option<double?> _pieceSeconds = TypedOption.Number(
        "--piece-seconds",
        "Mean length of a piece; 40 by default.",
        11.0,
        600.0,
        "seconds"
    );

    private readonly Option<bool> _encode = new("--encode")
    {
        Description =
            "Encode each shard with --model as soon as it is made and keep only latents and tokens: --output becomes an encoded corpus.",
    };
    private readonly Option<bool> _withoutSound = new("--without-sound")
    {
        Description = "With --encode: compose and describe, but render nothing; for semantic-lm alone, and many times faster.",
    };
    private readonly EncodingOptions _encoding = new();

    public CorpusBuildVerb()
        : base("build", "Composes, renders and describes a corpus from one seed.")
    {
        foreach (
            var option in new Option[] { _hours, _minutes }
                .Concat(_shared.All)
                .Concat([_scores, _noGrooves, _kinds, _pieces, _pieceSeconds, _encode, _withoutSound, _encoding.For])
        )
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        bool encode = arguments.GetValue(_encode);
        var parts = _encoding.Read(arguments);
        if (!encode && arguments.GetValue(_encoding.For) is not null)
            throw new MelodyException("--for says what is encoded; give --encode too, or leave it out.");
        bool sound = !arguments.GetValue(_withoutSound);
        if (!sound && !encode)
            throw new MelodyException("--without-sound leaves nothing but what is encoded; give --encode too, or leave it out.");
        if (!sound && !parts.Prefixes)
            throw new MelodyException("--without-sound makes nothing that diffusion learns from; leave it or --for out.");
        if (!sound)
            parts = parts with { Latents = false, Sound = false };
        var scores = arguments.GetValue(_scores);
        var useGrooves = !arguments.GetValue(_noGrooves);
        if (useGrooves && !MmaAccompaniment.IsInstalled)
            throw new MelodyException(MmaAccompaniment.InstallHint + ", or give --no-mma.");
        var plan = _shared.Plan(arguments, CorpusKind.Composed, needsFonts: sound, encode ? Heard(context) : null, sound);
        plan = plan with
        {
            PiecesPerShard = arguments.GetValue(_pieces) ?? plan.PiecesPerShard,
            PieceSeconds = arguments.GetValue(_pieceSeconds) ?? plan.PieceSeconds,
            Kinds = arguments.GetValue(_kinds) is { } kinds
                ? [.. kinds.Split(',', StringSplitOptions.TrimEntries).Select(EnumName<PieceKind>.Parse)]
                : null,
            Tools = useGrooves ? [.. plan.Tools, "MMA " + MmaAccompaniment.Version] : plan.Tools,
            InputSha256 = scores is null ? null : HashScores(scores),
        };
        var options = plan.Composition(scores);
        options.Validate();
        var seconds = (arguments.GetValue(_minutes) ?? (arguments.GetValue(_hours) ?? 2) * 60) * 60;
        var shards = checked((int)Math.Ceiling(seconds / (plan.PiecesPerShard * plan.PieceSeconds)));
        IPieceSource Open() => new CompositionSource(plan, options);
        return encode
            ? EncodeAsync(arguments, context, parts, plan, shards, Open)
            : _shared.BuildAsync(arguments, context, plan, shards, Open);
    }

    // what the model's autoencoder listens to
    private static (int Rate, int Channels) Heard(CommandContext context)
    {
        var folder = ModelFolder.Open(ModelLocation.Resolve(context.Model));
        var sizes = (ISoundSizes)LoadedCodec.PartOf(folder).FromFolder(folder);
        return (sizes.SampleRate, sizes.SoundChannels);
    }

    private async Task<int> EncodeAsync(
        ParseResult arguments,
        CommandContext context,
        EncodedParts parts,
        CorpusPlan plan,
        int shards,
        Func<IPieceSource> openSource
    )
    {
        var folder = _shared.Folder(arguments);
        var (share, jobs) = (_shared.Share(arguments), _shared.Jobs(arguments) ?? 1);
        var (done, seconds) = await parts
            .RunAsync(context, (model, progress) =>
                new CompositionEncoder(plan, openSource, model, folder, share, jobs).Run(shards, progress, context.Cancellation)
            )
            .ConfigureAwait(false);
        var result = new EncodedSummary(folder, done.ShardsDone, done.Shards, Math.Round(done.Seconds, 1), Math.Round(seconds, 1));
        context.WriteResult(result, console =>
            console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{folder}: {done.ShardsDone} of {done.Shards} shards complete; {done.Seconds / 3600:0.00} hours composed and encoded "
                        + $"in {seconds:0} s."
                )
            )
        );
        return ExitCode.Success;
    }

    private sealed record EncodedSummary(string Folder, int ShardsDone, int Shards, double Seconds, double WallSeconds);

    private static string HashScores(string folder)
    {
        var manifest = Path.Combine(folder, "manifest.csv");
        if (!File.Exists(manifest))
            throw new MelodyException($"'{folder}' has no manifest.csv; --scores wants a folder of MIDI files with one.");
        return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(manifest)));
    }
}
