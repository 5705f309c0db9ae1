using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody evaluate</c>: measures networks and the estimators that measure them.</summary>
internal sealed class EvaluateVerb : Verb
{
    public EvaluateVerb() : base("evaluate", "Measures how good the sound of a model is, and how far the measures can be trusted.")
    {
        foreach (var verb in new Verb[] { new EvaluateAutoencoderVerb(), new EvaluateDiffusionVerb(), new EvaluateSemanticVerb(), new EvaluateEstimatorsVerb() }) Subcommands.Add(verb);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
        => throw new MelodyException("Say what to evaluate: autoencoder, diffusion, semantic or estimators ('melody evaluate --help' tells more).");
}
