using System.Diagnostics;
using Melody.Adapters;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.LowRank;
using Melody.Weights;

namespace Melody.Training.FineTuning;

/// <summary>From a folder of recordings to an adapter with its card and samples.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="log">Reports how far it is.</param>
internal sealed class FineTuningRun(FineTuningRequest request, IFineTuningLog log)
{
    private string Stem => Path.ChangeExtension(request.Output, null);

    /// <summary>The card of the adapter.</summary>
    public string Card => Stem + ".md";

    /// <summary>The folder of samples.</summary>
    public string Samples => Stem + "-samples";

    /// <summary>
    /// Does all of it. Cancelled before the training it leaves nothing; during the training it ends after the step and writes what did best
    /// so far.
    /// </summary>
    /// <exception cref="MelodyException">
    /// The recordings or the model cannot be used, or nothing was learned that holds for other songs.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was something to write.</exception>
    public async Task<FineTuningReport> RunAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        if (request.SampleSeconds > 0)
            new GenerationOptions { Seconds = request.SampleSeconds }.Validate();
        var model = ModelFolder.Open(request.Model);
        if (!request.AllowUntrained)
            model.RequireTrained();
        _ = ModelConfig.FromFolder(model);
        var device = TorchDevice.Resolve(request.Device);
        using var temporary = request.WorkFolder is null ? WorkFolder.Create("finetune") : null;
        var work = request.WorkFolder ?? temporary!.Path;
        var (corpus, report) = await Task.Run(
                () =>
                {
                    var made = FineTuningCorpus.Make(request, model, device, work, log, cancellation);
                    cancellation.ThrowIfCancellationRequested();
                    return (made, Train(model, device, made, work, cancellation));
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        AtomicFile.WriteText(Card, AdapterCard.Of(report, request));
        if (!cancellation.IsCancellationRequested)
            try
            {
                var samples = await new BeforeAndAfter(request, corpus, log).MakeAsync(Samples, cancellation).ConfigureAwait(false);
                report = report with { Samples = samples };
            }
            catch (OperationCanceledException) { } // the adapter is there
        report = report with { WallSeconds = Math.Round(watch.Elapsed.TotalSeconds, 1) };
        AtomicFile.WriteText(Card, AdapterCard.Of(report, request));
        return report;
    }

    private FineTuningReport Train(
        ModelFolder model,
        TorchSharp.torch.Device device,
        FineTuningCorpus corpus,
        string work,
        CancellationToken cancellation
    )
    {
        using var trainer = new AdapterTrainer(request, model, device, corpus.Folder, work, log);
        trainer.Run(cancellation);
        if (trainer.Factors.Count == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new MelodyException(
                "Nothing was learned that holds for the held-out songs, so no adapter was written; give it more music, or more minutes."
            );
        }
        var changed = trainer.Parts.Where(part => part.BestStep > 0).Select(part => part.Part);
        var manifest = new AdapterManifest
        {
            FormatVersion = AdapterManifest.CurrentVersion,
            Name = request.Name,
            Model = model.Manifest.Name,
            Parts = changed.ToDictionary(part => part, part => model.Part(part).Hash(), StringComparer.Ordinal),
            Scale = AdapterTrainer.Scale,
            Training = ConfigJson.Write(
                new TrainingRecord(
                    request.Rank,
                    request.LearningRate,
                    request.Seed,
                    request.Licence,
                    MelodyVersion.Full,
                    corpus.Music,
                    trainer.Parts
                )
            ),
        };
        AdapterFile.Write(request.Output, manifest, trainer.Factors);
        using var written = AdapterFile.Open(request.Output);
        return new(
            request.Output,
            Card,
            request.Name,
            written.Sha256,
            FileLength.Of(request.Output),
            model.Manifest.Name,
            request.Rank,
            corpus.Music,
            trainer.Parts,
            [],
            0
        );
    }

    private sealed record TrainingRecord(
        int Rank,
        double LearningRate,
        long Seed,
        string? Licence,
        string Version,
        LearnedMusic Music,
        IReadOnlyList<PartTraining> Parts
    );
}
