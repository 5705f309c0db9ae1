using BenchmarkDotNet.Attributes;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;

namespace Melody.Benchmarks;

/// <summary>A semantic token of <c>mini</c> with its key-value cache: the hand-written step beside libtorch's calls.</summary>
public class LanguageModelSteps : LayerBenchmark
{
    private const int Tokens = 100;

    private readonly long[,] _token = new long[1, 1];
    private SemanticLanguageModel _model = null!;
    private TensorDecoder _vectors = null!,
        _tensors = null!;

    /// <summary>Makes the network and both decoders.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        _model = Loaded(p => new SemanticLanguageModel(Parts.SemanticLanguageModel.Config("mini"), p));
        long[][] conditions = [_model.Vocabulary.Conditions([])];
        _vectors = new(_model, conditions, vectors: true);
        _tensors = new(_model, conditions, vectors: false);
    }

    /// <summary>Over the parameters' own memory.</summary>
    [Benchmark(OperationsPerInvoke = Tokens)]
    public void VectorStep() => Write(_vectors);

    /// <summary>Through libtorch.</summary>
    [Benchmark(OperationsPerInvoke = Tokens, Baseline = true)]
    public void TensorStep() => Write(_tensors);

    private void Write(TensorDecoder decoder)
    {
        decoder.Restart();
        for (int i = 0; i < Tokens; i++)
            decoder.Continue(_token);
    }
}
