using System.CommandLine;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Evaluation.HeldOut;

namespace Melody.Cli.Shared;

/// <summary>The music that probes of tokens are fitted and judged on: the same options for every verb that probes.</summary>
internal sealed class ProbeArguments
{
    private readonly Option<int?> _windows = TypedOption.Number(
        "--windows",
        "How many held-out windows, spread evenly; 60 by default.",
        2,
        100_000
    );
    private readonly Option<int?> _fitted = TypedOption.Number(
        "--fitted",
        "How many windows of the training split the probes are fitted on; 300 by default.",
        2,
        100_000
    );

    public ProbeArguments(Command command)
    {
        command.Options.Add(_windows);
        command.Options.Add(_fitted);
    }

    /// <summary>Windows in one channel at a sample rate.</summary>
    /// <exception cref="MelodyException">A split is empty or silent.</exception>
    public (IReadOnlyList<HeldOutWindow> Fitted, IReadOnlyList<HeldOutWindow> HeldOut) Read(
        ParseResult arguments,
        CorpusReader corpus,
        int sampleRate
    ) =>
        (
            HeldOutWindow.Read(corpus, DatasetSplit.Train, arguments.GetValue(_fitted) ?? 300, sampleRate, folded: true),
            HeldOutWindow.Read(corpus, DatasetSplit.Test, arguments.GetValue(_windows) ?? 60, sampleRate, folded: true)
        );
}
