using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>Predicts the velocity of noisy latents [batch, L, D] at angles [batch, L], float32 [batch, L, D].</summary>
internal delegate Tensor VelocityFunction(Tensor latents, Tensor angles);

/// <summary>
/// Turns noise and semantic tokens into latents (MeLoDy, section 3.3 and appendix C). Generation, continuation and
/// inpainting are one thing: every frame has an angle of its own, known frames stay and keep every bit, the others go from
/// pi/2 to 0. One object a run; it draws no random numbers itself.
/// </summary>
/// <remarks>
/// The paper shows known frames to the network clean, at angle 0. It then trusts them more than the tokens, and music that is
/// continued for a minute settles into held sounds; so they are given the noise and the angle of the frames being made, as in
/// RePaint (Lugmayr et al., 2022, arXiv 2201.09865), unless <see cref="LatentSamplingOptions.CleanContext"/> asks for the paper's way.
/// </remarks>
internal sealed class LatentSampler
{
    // tokens and prompt tell what becomes of noise, and little of latents that are nearly clean; so only the branch with the condition
    // runs below it (guidance in an interval: Kynkäänniemi et al., 2024, arXiv 2404.07724)
    private const double LeastGuidedAngle = Math.PI / 4;

    private readonly Func<Tensor, VelocityFunction> _condition;
    private readonly LatentSamplingOptions _options;
    private readonly double _scale = 1;

    /// <param name="denoiser">Predicts the velocity, with guidance.</param>
    /// <param name="options">Steps, schedule, guidance.</param>
    /// <param name="prompts">Gives the prompts of tokens, as the denoiser takes them; null for none.</param>
    public LatentSampler(DualPathDenoiser denoiser, LatentSamplingOptions options, Func<Tensor, Tensor?>? prompts = null)
        : this(
            tokens =>
            {
                var prompt = prompts?.Invoke(tokens);
                var condition = denoiser.Encode(tokens, prompt);
                var unprompted = prompt is null || options.PromptGuidance == 0 ? null : denoiser.Encode(tokens);
                return (latents, angles) =>
                    angles.max().item<float>() > LeastGuidedAngle
                        ? denoiser.Guided(latents, angles, condition, options.Guidance, unprompted, options.PromptGuidance)
                        : denoiser.Guided(latents, angles, condition, Math.Min(options.Guidance, 1));
            },
            options
        ) => _scale = denoiser.Config.LatentScale;

    /// <param name="condition">Gives the velocity function under tokens, int64 [batch, T].</param>
    /// <param name="options">Steps and schedule.</param>
    public LatentSampler(Func<Tensor, VelocityFunction> condition, LatentSamplingOptions options)
    {
        options.Validate();
        (_condition, _options) = (condition, options);
    }

    /// <summary>How often the velocity was asked for; the two branches of guidance count once, as the paper counts.</summary>
    public int FunctionEvaluations { get; private set; }

    /// <summary>New latents from noise [batch, L, D] and tokens [batch, T] -> [batch, L, D] in [-1, 1].</summary>
    /// <param name="tokens">Int64 [batch, T], covering the same seconds as the frames.</param>
    /// <param name="noise">From N(0, 1), [batch, L, D]; it decides the result.</param>
    /// <param name="progress">Reports the number of steps done after each.</param>
    /// <param name="cancellation">Checked before each step.</param>
    public Tensor Generate(Tensor tokens, Tensor noise, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        Run(noise, null, tokens, progress, cancellation);

    /// <summary>
    /// New frames after known ones: known [batch, L1, D], noise [batch, L1 + L2, D], tokens for all of them ->
    /// [batch, L1 + L2, D], of which the first L1 are the known frames bit by bit.
    /// </summary>
    public Tensor Continue(
        Tensor known,
        Tensor tokens,
        Tensor noise,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        long before = known.shape[1],
            fresh = noise.shape[1] - before;
        var regenerate = cat([zeros([before], ScalarType.Bool, known.device), ones([fresh], ScalarType.Bool, known.device)]);
        return Run(noise, new(nn.functional.pad(known, [0, 0, 0, fresh]), regenerate), tokens, progress, cancellation)
            .MoveToOuterDisposeScope();
    }

    /// <summary>New frames in the place of some: where <paramref name="regenerate"/> is false, the latents stay bit by bit.</summary>
    /// <param name="latents">[batch, L, D].</param>
    /// <param name="regenerate">For each of the L frames, whether it is regenerated.</param>
    /// <param name="tokens">Int64 [batch, T].</param>
    /// <param name="noise">[batch, L, D].</param>
    /// <param name="progress">Reports the number of steps done after each.</param>
    /// <param name="cancellation">Checked before each step.</param>
    public Tensor Inpaint(
        Tensor latents,
        bool[] regenerate,
        Tensor tokens,
        Tensor noise,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        return Run(noise, new(latents, tensor(regenerate, device: latents.device)), tokens, progress, cancellation)
            .MoveToOuterDisposeScope();
    }

    /// <param name="noise">From N(0, 1), [batch, L, D].</param>
    /// <param name="known">Frames that stay; null where all are made.</param>
    /// <param name="tokens">Int64 [batch, T].</param>
    /// <param name="progress">Reports the number of steps done after each.</param>
    /// <param name="cancellation">Checked before each step.</param>
    private Tensor Run(Tensor noise, Known? known, Tensor tokens, IProgress<int>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var velocity = _condition(tokens);
        var angles = _options.Schedule.Angles(_options.Steps);
        long batch = noise.shape[0],
            frames = noise.shape[1];
        var free = known?.Regenerate.unsqueeze(-1);
        var moving = known?.Regenerate.to_type(ScalarType.Float32) ?? ones([frames], ScalarType.Float32, noise.device);
        noise = noise.to_type(ScalarType.Float32);
        var latents = noise;
        for (int i = 0; i < _options.Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            double shown = _options.CleanContext ? 0 : angles[i];
            var seen = known is null
                ? latents
                : where(free!, latents, known.Latents.to_type(ScalarType.Float32) * (_scale * Math.Cos(shown)) + noise * Math.Sin(shown));
            var predicted = velocity(seen, (moving * (angles[i] - shown) + shown).expand(batch, frames));
            FunctionEvaluations++;
            latents = VelocityObjective.Step(seen, predicted, moving * (angles[i] - angles[i + 1])).MoveToOuterDisposeScope();
            progress?.Report(i + 1);
        }
        latents = (latents / _scale).clamp(-1, 1);
        return (known is null ? latents : where(free!, latents, known.Latents)).MoveToOuterDisposeScope();
    }

    /// <param name="Latents">[batch, L, D].</param>
    /// <param name="Regenerate">Bool [L], false for the frames that stay.</param>
    private sealed record Known(Tensor Latents, Tensor Regenerate);
}
