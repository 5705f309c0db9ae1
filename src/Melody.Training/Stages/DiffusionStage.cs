using Melody.Audio;
using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.Steering;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Optimization;
using Melody.Training.Ranks;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains the dual-path denoiser (paper section 3.4): every chunk of every example gets an angle of its own from
/// U[0, pi/2], and the loss is the mean squared error of the velocity. With probability 0.1 an example loses its condition.
/// Where the denoiser hears prompts, they come from the corpus as prefix tokens or as passages, and become vectors here.
/// </summary>
internal sealed class DiffusionStage : TrainingStage<LatentBatch>
{
    private const int ValidationBatches = 4;
    private const double GoldenRatio = 0.6180339887; // its multiples fill a range evenly, however many there are

    private readonly DualPathDenoiser _denoiser;
    private readonly DiffusionTrainingOptions _options;
    private readonly IBatchSource<LatentBatch> _validation;
    private readonly ISoundCodec? _codec;
    private readonly ResidualQuantizer? _quantizer;
    private readonly Tensor? _weights;
    private readonly TokenRecall? _recall;
    private readonly Device _device;

    /// <param name="denoiser">The network to train.</param>
    /// <param name="options">Batch and optimiser.</param>
    /// <param name="training">Windows to learn from.</param>
    /// <param name="validation">Held-out windows.</param>
    /// <param name="codec">Makes validation audible; null for figures only.</param>
    /// <param name="quantizer">Of the joint embedding, for a denoiser that hears prompts; without it, there are none.</param>
    /// <param name="weights">Of latent channels in the loss, [D]; null where all count alike. Disposed with the stage.</param>
    /// <param name="recall">For examples that hear foreign styles; null where none do. Disposed with the stage.</param>
    public DiffusionStage(
        DualPathDenoiser denoiser,
        DiffusionTrainingOptions options,
        IBatchSource<LatentBatch> training,
        IBatchSource<LatentBatch> validation,
        ISoundCodec? codec = null,
        ResidualQuantizer? quantizer = null,
        Tensor? weights = null,
        TokenRecall? recall = null
    )
    {
        (_denoiser, _options, Batches, _validation, _codec, _quantizer) = (denoiser, options, training, validation, codec, quantizer);
        (_weights, _recall) = (weights, recall);
        Buffers = denoiser.named_buffers().ToDictionary(buffer => buffer.name, buffer => buffer.buffer);
        _device = denoiser.parameters().First().device;
        Sets =
        [
            new(
                "denoiser",
                [denoiser],
                new OptimizerOptions
                {
                    LearningRate = options.LearningRate,
                    WarmUpSteps = options.WarmUpSteps,
                    EmaDecay = options.EmaDecay,
                    Muon = options.Muon,
                    Beta2 = 0.99,
                }
            ),
        ];
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => (double)_options.Batch * _denoiser.Config.Frames / _denoiser.Config.LatentRate;

    /// <inheritdoc/>
    public override double FlopsPerBatch => MultiplyAdds.TrainingFlops * _options.Batch * MultiplyAdds.Denoiser(_denoiser.Config);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<LatentBatch> Batches { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, LatentBatch batch, StepContext context, Figures figures)
    {
        var foreign = _recall is null ? null : Foreign(context, batch);
        var (latents, tokens, prompts) = Load(batch, foreign);
        long examples = latents.shape[0];
        var angles = Angles(
            context.Ranks.Uniform(empty([examples, _denoiser.Config.Chunks], ScalarType.Float32, _device)),
            tensor(context.Ranks.Share.Draw((int)examples, () => context.Random.NextDouble() < _options.OneAngle), device: _device),
            _options.AngleSkew
        );
        var conditioned = tensor(context.Ranks.Share.Draw((int)examples, () => context.Random.NextDouble() >= _options.Unconditioned));
        var frameAngles = VelocityObjective.FrameAngles(angles, _denoiser.Config.Frames);
        var made = _options.CleanFrames == 0 ? null : Made(context, (int)examples);
        if (made is not null)
            frameAngles *= made;
        var (predicted, velocity) = Predict((latents, tokens, prompts), frameAngles, conditioned, context.Ranks.Normal(latents));
        return VelocityObjective.Loss(predicted, velocity, _weights, made);
    }

    // which examples hear their passage as if it were of other music, bool [examples]
    private Tensor Foreign(StepContext context, LatentBatch batch) =>
        tensor(
            context.Ranks.Share.Draw(batch.Styled!.Counts.Length, () => context.Random.NextDouble() < _options.ForeignStyle),
            device: _device
        );

    // 1 for the frames that are made, 0 for those that stay clean, [examples, L]
    private Tensor Made(StepContext context, int examples)
    {
        int frames = _denoiser.Config.Frames;
        var gaps = context.Ranks.Share.Draw(examples, () =>
            context.Random.NextDouble() < _options.CleanFrames ? Gap(context.Random, frames) : new Range(0, frames)
        );
        var made = new float[examples * frames];
        for (int example = 0; example < examples; example++)
            made.AsSpan(example * frames, frames)[gaps[example]].Fill(1);
        return tensor(made, [examples, frames], device: _device);
    }

    /// <summary>A gap of at least one frame; half of them reach the end, as when music is continued.</summary>
    internal static Range Gap(Random random, int frames)
    {
        bool continued = random.Next(2) == 0;
        int first = random.Next(frames),
            second = random.Next(frames);
        return Math.Min(first, second)..(continued ? frames : Math.Max(first, second) + 1);
    }

    /// <summary>
    /// Uniform numbers [examples, chunks], and which examples have one angle for all chunks (bool [examples]) -> angles, rad.
    /// </summary>
    internal static Tensor Angles(Tensor uniform, Tensor one, double skew) =>
        where(one.unsqueeze(1), uniform.narrow(1, 0, 1), uniform).pow(1 / skew) * (Math.PI / 2);

    /// <summary>The loss on fixed held-out windows with and without their condition or prompt, and one of them made from both.</summary>
    public override Figures Validate(long step, string folder)
    {
        var figures = new Figures();
        for (int i = 0; i < ValidationBatches; i++)
        {
            using var scope = NewDisposeScope();
            var batch = _validation.Create(i);
            var (latents, tokens, prompts) = Load(batch);
            long examples = latents.shape[0];
            // the angles of all validations together cover the quarter circle evenly
            long first = i * examples * _denoiser.Config.Chunks;
            var angles = (
                (arange(first, first + examples * _denoiser.Config.Chunks, ScalarType.Float32, _device) * GoldenRatio).frac()
                * (Math.PI / 2)
            ).view(examples, _denoiser.Config.Chunks);
            Measure("velocity error", angles);
            // one angle for a whole example, as when music begins
            Measure("one angle", angles.narrow(1, 0, 1).expand(-1, _denoiser.Config.Chunks));
            // what tokens and prompt alone foresee
            Measure("from noise", full_like(angles, Math.PI / 2));
            if (_options.CleanFrames > 0)
                MeasureContinuation(latents, tokens, prompts, figures);
            if (_recall is not null)
                MeasureForeign(batch, figures);
            if (i == 0)
                Listen(latents, tokens, prompts, step, folder);

            void Measure(string name, Tensor angles)
            {
                Compare(name, prompts, null);
                Compare($"{name} without condition", null, zeros(examples, ScalarType.Bool));
                if (prompts is not null)
                    Compare($"{name} without prompt", null, null);

                void Compare(string what, Tensor? heard, Tensor? conditioned)
                {
                    var frames = VelocityObjective.FrameAngles(angles, _denoiser.Config.Frames);
                    var (predicted, velocity) = Predict((latents, tokens, heard), frames, conditioned, randn_like(latents));
                    AddErrors(figures, what, predicted, velocity);
                }
            }
        }
        return figures;
    }

    // of the frames that are made, all where that is null; weighted too where channels have weights
    private void AddErrors(Figures figures, string name, Tensor predicted, Tensor velocity, Tensor? made = null)
    {
        AddMean(name, VelocityObjective.Loss(predicted, velocity, null, made));
        if (_weights is not null)
            AddMean($"{name}, weighted", VelocityObjective.Loss(predicted, velocity, _weights, made));

        void AddMean(string what, Tensor error) =>
            figures[what] = figures.GetValueOrDefault(what) + error.item<float>() / ValidationBatches;
    }

    // the second half of each window from noise, behind a first half that is known
    private void MeasureContinuation(Tensor latents, Tensor tokens, Tensor? prompts, Figures figures)
    {
        int frames = _denoiser.Config.Frames;
        var made = (arange(frames, ScalarType.Int64, _device) >= frames / 2).to_type(ScalarType.Float32).expand(latents.shape[0], frames);
        var (predicted, velocity) = Predict((latents, tokens, prompts), made * (Math.PI / 2), null, randn_like(latents));
        AddErrors(figures, "continued", predicted, velocity, made);
    }

    // what is foreseen under the style of other music
    private void MeasureForeign(LatentBatch batch, Figures figures)
    {
        var loaded = Load(batch, ones(batch.Styled!.Counts.Length, ScalarType.Bool, _device));
        var angles = full([loaded.Latents.shape[0], _denoiser.Config.Frames], Math.PI / 2, device: _device);
        var (predicted, velocity) = Predict(loaded, angles, null, randn_like(loaded.Latents));
        AddErrors(figures, "foreign style", predicted, velocity);
    }

    /// <summary>A batch as the denoiser sees it: scaled latents, tokens and prompts, or what is recalled of styles.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="foreign">
    /// Bool [examples], which of them hear their passage as if it were of other music; null for none.
    /// </param>
    public (Tensor Latents, Tensor Tokens, Tensor? Prompts) Load(LatentBatch batch, Tensor? foreign = null)
    {
        var config = _denoiser.Config;
        var (latents, tokens) = (batch.ScaledLatents(config, _device), batch.TokenTensor(config, _device));
        if (batch.Styled is not { } styled)
            return (latents, tokens, Prompts(batch.Prefixes, tokens.shape[0]));
        if (foreign is null)
            return (latents, tokens, styled.Recall(_denoiser.Style!, config, tokens));
        using var _ = no_grad();
        var (heard, there) = (styled.TokenTensor(config, _device), styled.There(config, _device));
        var other = _recall!.OtherNotes(tokens, heard, there).logical_and_(there.unsqueeze(1));
        var replaced = foreign.logical_and(there.any(1)).view(-1, 1, 1);
        tokens = where(replaced, _recall.Complete(tokens, heard, other), tokens);
        var allowed = where(foreign.view(-1, 1, 1), other, there.unsqueeze(1));
        return (latents, tokens, styled.Recall(_denoiser.Style!, config, tokens, allowed));
    }

    private Tensor? Prompts(long[] prefixes, long examples)
    {
        if (_quantizer is null || prefixes.Length == 0)
            return null;
        using var _ = no_grad();
        var codes = tensor(prefixes, [examples, prefixes.Length / examples], ScalarType.Int64, _device);
        return _quantizer.Decode(codes.clamp_min(0)) * (codes.narrow(1, 0, 1) >= 0);
    }

    private (Tensor Predicted, Tensor Velocity) Predict(
        (Tensor Latents, Tensor Tokens, Tensor? Prompts) batch,
        Tensor angles,
        Tensor? conditioned,
        Tensor noise
    )
    {
        var noisy = VelocityObjective.Noisy(batch.Latents, noise, angles);
        return (
            _denoiser.forward(noisy, angles, batch.Tokens, batch.Prompts, conditioned),
            VelocityObjective.Velocity(batch.Latents, noise, angles)
        );
    }

    private void Listen(Tensor latents, Tensor tokens, Tensor? prompts, long step, string folder)
    {
        if (_codec is null)
            return;
        var first = prompts?.narrow(0, 0, 1);
        var sampler = new LatentSampler(_denoiser, new GenerationOptions().Sampling(_denoiser.Config), _ => first);
        var made = sampler.Generate(tokens.narrow(0, 0, 1), randn_like(latents.narrow(0, 0, 1)));
        Write(made, Path.Combine(folder, $"generated-{step}.wav"));
        Write(latents.narrow(0, 0, 1) / _denoiser.Config.LatentScale, Path.Combine(folder, "original.wav"));
    }

    private void Write(Tensor latents, string path)
    {
        var audio = _codec!.DecodeInterleaved(latents.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        new AudioClip(audio, _codec.SampleRate, _codec.Channels).Write(path);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weights?.Dispose();
        _recall?.Dispose();
        base.Dispose();
    }
}
