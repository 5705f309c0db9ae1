using System.Globalization;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Evaluation.Chain;
using Melody.Evaluation.Denoising;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Reconstruction;
using Melody.Evaluation.Reports;
using Melody.Evaluation.Tokens;
using Melody.Foundation;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Weights;

namespace Melody.Evaluation;

/// <summary>What is measured; the order is that of the report.</summary>
internal enum EvaluationStage
{
    /// <summary>The autoencoder on held-out clips, and on recordings where a folder is given.</summary>
    Autoencoder,

    /// <summary>The denoiser.</summary>
    Diffusion,

    /// <summary>Language model and tokens.</summary>
    Semantic,

    /// <summary>Prompts to music.</summary>
    Chain,
}

/// <summary>What an evaluation works with.</summary>
internal sealed record EvaluationRequest
{
    /// <summary>Folder of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Folder of the corpus whose test split is held out.</summary>
    public required string Corpus { get; init; }

    /// <summary>Folder of the report.</summary>
    public required string Output { get; init; }

    /// <summary>Folder of real recordings; null for none.</summary>
    public string? Recordings { get; init; }

    /// <summary>Program of a further embedding; null for none.</summary>
    public string? Embedding { get; init; }

    /// <summary>What is measured.</summary>
    public IReadOnlyCollection<EvaluationStage> Stages { get; init; } = Enum.GetValues<EvaluationStage>();

    /// <summary>Device and threads, and whether untrained weights are measured.</summary>
    public MusicModelOptions Options { get; init; } = new();

    /// <summary>Clips of the autoencoder's test.</summary>
    public int Clips { get; init; } = 60;

    /// <summary>Held-out windows of the other stages.</summary>
    public int Windows { get; init; } = 60;

    /// <summary>Clips of the denoiser's test, which samples each six times.</summary>
    public int DiffusionClips { get; init; } = 24;

    /// <summary>Windows that the probes are fitted on.</summary>
    public int FittedWindows { get; init; } = 300;

    /// <summary>How the chain is asked.</summary>
    public ChainOptions Chain { get; init; } = new();

    /// <summary>How the chain generates.</summary>
    public GenerationOptions Generation { get; init; } = new();
}

/// <summary>
/// Measures a model stage by stage and writes the report. A stage that cannot be measured says why and the others go on;
/// what an interrupted run finished is not done again.
/// </summary>
internal sealed class EvaluationRun(
    EvaluationRequest request,
    Action<string, double>? progress = null,
    CancellationToken cancellation = default
)
{
    private readonly ResultStore _results = new(Path.Combine(request.Output, "results"));

    /// <summary>Measures and writes.</summary>
    /// <exception cref="MelodyException">There is no model or no corpus at all, or the report cannot be written.</exception>
    public Scoreboard Run()
    {
        TorchRuntime.Initialize();
        if (request.Options.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        foreach (var name in new[] { "sounds", "pictures" })
            AtomicFile.Translate(request.Output, () => Directory.CreateDirectory(Path.Combine(request.Output, name)));
        var folder = ModelFolder.Open(request.Model);
        using var corpus = CorpusReader.Open(request.Corpus);
        var music = ResultStore.Key(corpus.Plan, corpus.Pieces.Count, corpus.Seconds);
        var (autoencoder, rebuilt) = Reconstruct(folder, "autoencoder", request.Corpus, music);
        var (recordings, recorded) = request.Recordings is { } path
            ? Reconstruct(folder, "recordings", path, Contents(path))
            : (new Measured<ReconstructionReport>(null, "no folder of recordings was given (--recordings)"), []);
        var heard = new List<(string, IReadOnlyList<PageItem>)>();
        MusicModel? model = null;
        string? missing = null;
        try
        {
            model = request.Stages.Any(s => s != EvaluationStage.Autoencoder)
                ? MusicModel.LoadAsync(request.Model, request.Options, cancellation).GetAwaiter().GetResult()
                : null;
        }
        catch (MelodyException e)
        {
            missing = e.Message;
        }
        using (model)
        {
            var joint = model is null ? null : new TowerEmbedding(model);
            var (diffusion, sampled) = Denoise(model, missing, joint, corpus, music);
            var semantic = Measure(EvaluationStage.Semantic, model, missing, m =>
                _results.Get("semantic", ResultStore.Key(m.Hash, music, request.Windows, request.FittedWindows), () =>
                    SemanticEvaluation.Run(
                        m,
                        HeldOutWindow.Read(corpus, DatasetSplit.Train, request.FittedWindows, m.SampleRate, folded: true),
                        HeldOutWindow.Read(corpus, DatasetSplit.Test, request.Windows, m.SampleRate, folded: true),
                        Progress("semantic stage"),
                        cancellation
                    )
                )
            );
            var (other, withoutOther) = OtherEmbedding();
            var chain = Measure(EvaluationStage.Chain, model, missing, m =>
                new ChainEvaluation(new ModelSource(m, request.Generation), joint!, other, request.Output).Run(
                    request.Chain,
                    HeldOutWindow.Read(corpus, DatasetSplit.Test, request.Windows, m.SampleRate),
                    Report,
                    cancellation
                )
            );
            var board = new Scoreboard
            {
                Model = folder.Manifest.Name,
                Hash = model?.Hash ?? folder.Manifest.Hash(),
                Notes =
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Model {folder.Manifest.Name} "
                            + $"({folder.Manifest.Hash()[..12]}{(model is null or { IsTrained: true } ? "" : ", untrained")}), preset "
                            + $"{folder.Manifest.Preset}."
                    ),
                    .. model is null or { Adapters.Count: 0 } ? [] : new[] { Adapted(model) },
                    Settings(model is null ? request.Generation : request.Generation.WithSampling(model.Config.Denoiser)),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Held-out music: the test split of "
                            + $"'{Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Corpus))}' (seed {corpus.Plan.Seed}, "
                            + $"{corpus.Seconds / 3600:0.0} hours in all)."
                    ),
                    .. withoutOther is null
                        ? Array.Empty<string>()
                        : [$"A Fréchet distance by another embedding was not measured: {withoutOther}"],
                    "What each figure means, where it comes from and how far to trust it stands in docs/evaluation.md.",
                ],
                Autoencoder = autoencoder,
                Recordings = recordings,
                Diffusion = diffusion,
                Semantic = semantic,
                Chain = chain,
            };
            heard.AddRange(board.ChainListenings(joint is null || chain.Scores is null ? null : new FamilyRecognizer(joint)));
            heard.Add(("Held-out music made from its own semantic tokens", sampled));
            heard.Add(("Held-out music through the autoencoder", rebuilt));
            heard.Add(("Recordings through the autoencoder", recorded));
            board.Write(request.Output, heard);
            return board;
        }
    }

    private (ProgramEmbedding? Embedding, string? Missing) OtherEmbedding()
    {
        if (request.Embedding is not { } program)
            return (null, null);
        try
        {
            return (new(program), null);
        }
        catch (MelodyException e)
        {
            return (null, e.Message);
        }
    }

    private Measured<T> Measure<T>(EvaluationStage stage, MusicModel? model, string? missing, Func<MusicModel, T> measure)
        where T : class
    {
        if (!request.Stages.Contains(stage))
            return new(null, "it was not asked for");
        if (model is null)
            return new(null, missing);
        try
        {
            return new(measure(model), null);
        }
        catch (MelodyException e)
        {
            return new(null, e.Message);
        }
    }

    private (Measured<ReconstructionReport> Report, IReadOnlyList<PageItem> Heard) Reconstruct(
        ModelFolder folder,
        string name,
        string audio,
        string music
    )
    {
        if (!request.Stages.Contains(EvaluationStage.Autoencoder))
            return (new(null, "it was not asked for"), []);
        try
        {
            var part = folder.Part(LoadedCodec.PartOf(folder).Name);
            if (!part.Trained && !request.Options.AllowUntrained)
                return (new(null, "the autoencoder is untrained"), []);
            var key = ResultStore.Key(part.Weights.Sha256, music, request.Clips, 10.0);
            var sounds = $"sounds/{name}-{key}";
            var report = _results.Get(name, key, () =>
            {
                Directory.CreateDirectory(Path.Combine(request.Output, sounds));
                return ReconstructionStage.Run(
                    folder,
                    TorchDevice.Resolve(request.Options.Device),
                    audio,
                    request.Clips,
                    10,
                    Path.Combine(request.Output, sounds),
                    Progress(name),
                    cancellation
                );
            });
            return (new(report, null), Rebuilt(sounds));
        }
        catch (MelodyException e)
        {
            return (new(null, e.Message), []);
        }
    }

    // names, sizes and times of the files: what is added to a folder is heard
    private static string Contents(string folder) =>
        Path.GetFullPath(folder)
        + (
            Directory.Exists(folder)
                ? string.Concat(
                    new DirectoryInfo(folder)
                        .EnumerateFiles("*", SearchOption.AllDirectories)
                        .OrderBy(f => f.FullName, StringComparer.Ordinal)
                        .Select(f => string.Create(CultureInfo.InvariantCulture, $"\n{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}"))
                )
                : ""
        );

    private static string Adapted(MusicModel model) =>
        "The model has the adapters "
        + string.Join(", ", model.Adapters.Select(a => FormattableString.Invariant($"{a.Name}:{a.Strength}")))
        + "; the autoencoder is measured without.";

    private static string Settings(GenerationOptions options) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Music is made in {options.Steps} steps with guidance {options.Guidance:0.##}, by the prompt "
                + $"{options.PromptGuidance:0.##}, of the tokens {options.SemanticGuidance:0.##}, and steering "
                + $"{options.Steering:0.##}{(options.BestOf == 1 ? "" : $", the best of {options.BestOf}")}."
        );

    private List<PageItem> Rebuilt(string sounds) =>
        [
            .. new DirectoryInfo(Path.Combine(request.Output, sounds))
                .GetFiles("*.wav")
                .OrderBy(f => f.Name, StringComparer.Ordinal)
                .GroupBy(f => f.Name[..7])
                .Select(clip => new PageItem(
                    clip.Key,
                    "",
                    [
                        .. clip.OrderBy(f => f.Name.Contains("original", StringComparison.Ordinal) ? 0 : 1)
                            .Select(f =>
                                (Path.GetFileNameWithoutExtension(f.Name)[8..], $"{sounds}/{f.Name}", (string?)Picture(f.FullName))
                            ),
                    ],
                    []
                )),
        ];

    private (Measured<DiffusionScores> Scores, IReadOnlyList<PageItem> Heard) Denoise(
        MusicModel? model,
        string? missing,
        TowerEmbedding? joint,
        CorpusReader corpus,
        string music
    )
    {
        const int kept = 3;
        string key = model is null
            ? ""
            : ResultStore.Key(
                MelodyVersion.Full,
                model.Hash,
                music,
                request.DiffusionClips,
                request.Generation.Sampling(model.Config.Denoiser) with
                {
                    Steps = 1, // those of the table
                }
            );
        string Name(int clip, string what) => string.Create(CultureInfo.InvariantCulture, $"sounds/tokens-{clip + 1}-{what}-{key}.wav");
        var measured = Measure(EvaluationStage.Diffusion, model, missing, m =>
            _results.Get("diffusion", key, () =>
                DiffusionEvaluation.Run(
                    m,
                    joint!,
                    HeldOutWindow.Read(
                        corpus,
                        DatasetSplit.Test,
                        request.DiffusionClips,
                        m.SampleRate,
                        others: m.Networks.Denoiser.Style is not null
                    ),
                    request.Generation,
                    Keep,
                    Progress("diffusion"),
                    cancellation
                )
            )
        );
        if (measured.Scores is not { } scores)
            return (measured, []);
        return (
            measured,
            [
                .. Enumerable
                    .Range(0, Math.Min(kept, scores.Clips))
                    .Where(i => File.Exists(Path.Combine(request.Output, Name(i, "made"))))
                    .Select(i => new PageItem(
                        string.Create(CultureInfo.InvariantCulture, $"clip {i + 1}"),
                        "sampled as the model is by default",
                        [
                            .. new[] { "original", "made" }.Select(what =>
                                (what, Name(i, what), (string?)Picture(Path.Combine(request.Output, Name(i, what))))
                            ),
                        ],
                        []
                    )),
            ]
        );

        void Keep(int clip, AudioClip original, AudioClip made)
        {
            if (clip >= kept)
                return;
            original.Write(Path.Combine(request.Output, Name(clip, "original")));
            made.Write(Path.Combine(request.Output, Name(clip, "made")));
        }
    }

    // the spectrogram of a sound of the report, relative to the page
    private string Picture(string sound)
    {
        var relative =
            "pictures/"
            + Path.GetRelativePath(Path.Combine(request.Output, "sounds"), Path.ChangeExtension(sound, ".png"))
                .Replace(Path.DirectorySeparatorChar, '-');
        var path = Path.Combine(request.Output, relative);
        if (!File.Exists(path))
            AtomicFile.Write(path, stream => stream.Write(SpectrogramPicture.Draw(AudioClip.Read(sound))));
        return relative;
    }

    private Action<double> Progress(string stage) => fraction => Report(stage, fraction);

    private void Report(string stage, double fraction) => progress?.Invoke(stage, fraction);
}
