using Melody.Nn;
using Melody.Training.Loop;
using Melody.Training.Optimization;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The smallest thing that trains: a linear layer learns a fixed matrix from noisy products.</summary>
internal sealed class ToyStage : TrainingStage<float[]>, IBatchSource<float[]>
{
    private const int Examples = 16,
        Inputs = 6,
        Outputs = 3;
    private readonly Tensor _truth = Reference.FixedValues.Tensor(3, Outputs, Inputs);

    public Linear Layer { get; } = new(Inputs, Outputs, bias: true, ParameterFactory.Random(5));

    /// <summary>Steps whose loss is made NaN.</summary>
    public Func<long, bool> Poisoned { get; init; } = _ => false;

    /// <summary>Called at each step.</summary>
    public Action<long> OnStep { get; init; } = _ => { };

    public List<long> BatchesSeen { get; } = [];

    /// <summary>For each loss, whether its figures were read.</summary>
    public List<bool> Shown { get; } = [];

    public override double AudioSecondsPerBatch => 1;

    public override IReadOnlyList<TrainedSet> Sets =>
        field ??= [
            new(
                "layer",
                [Layer],
                new OptimizerOptions
                {
                    LearningRate = 0.02,
                    WarmUpSteps = 5,
                    EmaDecay = 0.9,
                }
            ),
        ];

    public override IBatchSource<float[]> Batches => this;

    public float[] Create(long index)
    {
        var random = new Random((int)index);
        var batch = new float[1 + Examples * Inputs];
        batch[0] = index;
        for (int i = 1; i < batch.Length; i++)
            batch[i] = (float)(2 * random.NextDouble() - 1);
        return batch;
    }

    public override Tensor? Loss(TrainedSet set, float[] batch, StepContext context, Figures figures)
    {
        OnStep(context.Step);
        BatchesSeen.Add((long)batch[0]);
        var x = tensor(batch).narrow(0, 1, Examples * Inputs).view(Examples, Inputs);
        var target = matmul(x, _truth.t()) + 0.01 * randn(Examples, Outputs);
        var loss = (Layer.forward(x).to_type(ScalarType.Float32) - target).square().mean();
        figures.Show("shown", loss);
        Shown.Add(figures.ContainsKey("shown"));
        return Poisoned(context.Step) ? loss * float.NaN : loss;
    }

    public override Figures Validate(long step, string folder) =>
        new() { ["error"] = (Layer.Weight - _truth).square().mean().item<float>() };
}

/// <summary>Keeps what a training reports.</summary>
internal sealed class RecordingLog : ITrainingLog
{
    public List<(long Step, double Value)> Losses { get; } = [];

    /// <summary>The learning rate of each step.</summary>
    public List<double> Rates { get; } = [];

    public List<Figures> Validations { get; } = [];

    public long Skipped { get; private set; }

    /// <summary>Tensors that were alive after each step.</summary>
    public List<long> LiveTensors { get; } = [];

    public void Start(IReadOnlyList<TrainedSet> sets, double matmulPeak, long step, long totalSteps) { }

    public void Step(long step, Figures figures, double audioSeconds, double flops, TimeSpan waited, long skipped)
    {
        Skipped = skipped;
        LiveTensors.Add(Reference.LiveTensors.Count);
        if (figures.TryGetValue("learning rate", out double rate))
            Rates.Add(rate);
        if (figures.TryGetValue("loss", out double loss))
            Losses.Add((step, loss));
    }

    public void Validation(long step, Figures figures) => Validations.Add(figures);

    public void End(long step, long totalSteps) { }
}
