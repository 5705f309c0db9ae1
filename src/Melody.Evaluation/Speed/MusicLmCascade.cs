using System.Diagnostics;
using Melody.Foundation;
using Melody.LanguageModel;
using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>
/// Three autoregressive language models one after the other, as MusicLM makes its tokens: each with the layers and the
/// width of MeLoDy's semantic language model, its decoder and its cache, and with random weights, which cost what trained
/// ones do. Every step scores the 1024 entries of its own codebook and draws one. The codec behind the tokens is left out.
/// </summary>
internal sealed class MusicLmCascade : IDisposable
{
    private readonly Dictionary<CascadeStage, SemanticLanguageModel> _models;

    /// <param name="sizes">Of the semantic language model that it is compared with.</param>
    /// <param name="device">Where the networks run.</param>
    public MusicLmCascade(SemanticLanguageModelConfig sizes, Device device) =>
        _models = CascadeStage.All.ToDictionary(stage => stage, stage => Create(sizes with { Window = stage.Window }, device));

    /// <summary>Writes all tokens of a piece.</summary>
    /// <returns>Passes through the network of each stage, reading included, and their seconds.</returns>
    public IReadOnlyList<CascadeTiming> Run(double seconds, CancellationToken cancellation) =>
        [.. _models.Select(stage => Run(stage.Key, stage.Value, seconds, cancellation))];

    private static CascadeTiming Run(CascadeStage stage, SemanticLanguageModel model, double seconds, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var processor = Environment.CpuUsage.TotalTime;
        int passes = stage.Windows(seconds).Sum(window => Write(model, window.Read, window.Write, cancellation));
        return new(stage.Name, passes, watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    // reads some tokens, writes others one by one, and returns how many passes that took
    private static int Write(SemanticLanguageModel model, int read, int write, CancellationToken cancellation)
    {
        using var decoder = TensorDecoder.For(model, [model.Vocabulary.Conditions(new long[model.Config.PrefixLevels])]);
        var random = new CounterRandom((ulong)write);
        var sampling = new TokenSamplingOptions();
        int outputStart = model.Vocabulary.OutputStart,
            codes = model.Vocabulary.Codebooks is { Count: 1 } books
                ? books[0]
                : throw new MelodyException("The cascade of MusicLM has language models of one codebook.");
        if (read > 0)
        {
            var before = new long[1, read];
            for (int i = 0; i < read; i++)
                before[0, i] = random.Integer((ulong)(write + i), codes);
            _ = decoder.Continue(before);
        }
        var token = new long[1, 1];
        for (int i = 0; i < write; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = i == 0 ? decoder.Scores : decoder.Continue(token);
            token[0, 0] = TokenChoice.Draw(scores.Slice(outputStart, codes), sampling, random.Uniform((ulong)i));
        }
        return decoder.Evaluations;
    }

    private static SemanticLanguageModel Create(SemanticLanguageModelConfig sizes, Device device)
    {
        using var parameters = ParameterFactory.Empty(device, TorchDevice.Precision(device));
        var model = new SemanticLanguageModel(sizes, parameters);
        model.eval();
        using var _ = no_grad();
        foreach (var parameter in model.parameters())
        {
            if (parameter.dim() > 1)
                parameter.normal_(0, 0.02);
            else
                parameter.fill_(1);
        }
        return model;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
    }
}

/// <summary>What one stage of the cascade took.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Passes">Passes through its network.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="Processor">Processor time, seconds over all threads.</param>
internal sealed record CascadeTiming(string Stage, int Passes, double Seconds, double Processor);
