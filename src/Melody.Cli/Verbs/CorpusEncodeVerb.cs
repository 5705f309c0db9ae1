using System.CommandLine;
using System.Diagnostics;
using Melody.Cli.Shared;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Encoders;
using Melody.Training.Recipes;
using Melody.Weights;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus encode</c>: latents and tokens of a corpus, for the training of language model and denoiser.</summary>
internal sealed class CorpusEncodeVerb : Verb
{
    private readonly Argument<string> _corpus = new("corpus") { Description = "Folder of the corpus." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Folder of the encoded corpus; an interrupted run resumes there.",
        HelpName = "folder",
        Required = true,
    };

    private readonly Option<string?> _reuse = new("--reuse")
    {
        Description =
            "An encoded folder of the same corpus: results of unchanged parts are reused, so that after a new joint "
            + "embedding, tokenizer or autoencoder only that part goes through the music again.",
        HelpName = "folder",
    };

    private readonly ShardOption _shard = new();
    private readonly Option<string?> _for = new("--for")
    {
        Description =
            "Only what one stage is trained on: semantic-lm (no latents, a fraction of the size) or diffusion (no prefix tokens, "
            + "for a denoiser that hears no prompt).",
        HelpName = "stage",
    };

    public CorpusEncodeVerb()
        : base("encode", "Runs autoencoder, joint embedding and semantic tokenizer (--model) once over a corpus.")
    {
        Arguments.Add(_corpus);
        foreach (var option in new Option[] { _output, _reuse, _shard, _for })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        string corpus = arguments.GetRequiredValue(_corpus),
            output = arguments.GetRequiredValue(_output);
        var share = _shard.Read(arguments);
        string? stage = arguments.GetValue(_for);
        var (language, denoiser) = (SemanticLanguageModelRecipe.Stage.Name, DiffusionRecipe.Stage.Name);
        if (stage is not null && stage != language && stage != denoiser)
            throw new MelodyException($"--for is '{stage}'; give {language} or {denoiser}, or leave it out for both.");
        var device = TorchDevice.Resolve(context.Device);
        if (context.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var watch = Stopwatch.StartNew();
        var done = await context
            .WithProgressAsync(progress =>
                Task.Run(
                    () =>
                    {
                        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
                        using var model = new EncodingModel(
                            ModelFolder.Open(ModelLocation.Resolve(context.Model)),
                            device,
                            latents: stage != language,
                            prefixes: stage != denoiser
                        );
                        return new CorpusEncoder(corpus, model, output, arguments.GetValue(_reuse), share).Run(
                            new Relay(progress),
                            context.Cancellation
                        );
                    },
                    context.Cancellation
                )
            )
            .ConfigureAwait(false);
        double seconds = watch.Elapsed.TotalSeconds;
        var result = new Summary(output, done.Shards, Math.Round(done.Seconds, 1), Math.Round(seconds, 1));
        context.WriteResult(result, console =>
            console.WriteLine(
                FormattableString.Invariant($"{output}: {done.Shards} shards; {done.Seconds / 3600:0.00} hours encoded in {seconds:0} s.")
            )
        );
        return ExitCode.Success;
    }

    private sealed record Summary(string Folder, int Shards, double Seconds, double WallSeconds);

    // Progress<T> would post to the thread pool and could report after the end
    private sealed class Relay(IStageProgress progress) : IProgress<EncodingProgress>
    {
        public void Report(EncodingProgress value) => progress.Report("encoding", value.Fraction);
    }
}
