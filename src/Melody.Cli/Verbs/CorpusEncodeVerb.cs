using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Training.Encoders;
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
    private readonly EncodingOptions _encoding = new();

    public CorpusEncodeVerb()
        : base("encode", "Runs autoencoder, joint embedding and semantic tokenizer (--model) once over a corpus.")
    {
        Arguments.Add(_corpus);
        foreach (var option in new Option[] { _output, _reuse, _shard, _encoding.For })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        string corpus = arguments.GetRequiredValue(_corpus),
            output = arguments.GetRequiredValue(_output);
        var share = _shard.Read(arguments);
        var parts = _encoding.Read(arguments);
        var (done, seconds) = await parts
            .RunAsync(context, (model, progress) =>
                new CorpusEncoder(corpus, model, output, arguments.GetValue(_reuse), share).Run(progress, context.Cancellation)
            )
            .ConfigureAwait(false);
        var result = new Summary(output, done.Shards, Math.Round(done.Seconds, 1), Math.Round(seconds, 1));
        context.WriteResult(result, console =>
            console.WriteLine(
                FormattableString.Invariant($"{output}: {done.Shards} shards; {done.Seconds / 3600:0.00} hours encoded in {seconds:0} s.")
            )
        );
        return ExitCode.Success;
    }

    private sealed record Summary(string Folder, int Shards, double Seconds, double WallSeconds);
}
