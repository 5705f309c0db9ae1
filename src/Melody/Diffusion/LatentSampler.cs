using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>Predicts the velocity of noisy latents [batch, L, D] at angles [batch, L], float32 [batch, L, D].</summary>
internal delegate Tensor VelocityFunction(Tensor latents, Tensor angles);

/// <summary>
/// Turns noise and semantic tokens into latents (MeLoDy, section 3.3 and appendix C). Generation, continuation and
/// inpainting are one thing: every frame has an angle of its own, known frames have angle 0 and step 0 and keep every
/// bit, the others go from pi/2 to 0. One object a run; it draws no random numbers itself.
/// </summary>
internal sealed class LatentSampler
{
    // a prompt tells what becomes of noise, and nothing of latents that are nearly clean; so the third branch is spared there
    private const double LeastPromptedAngle = Math.PI / 4;

    private readonly Func<Tensor, VelocityFunction> _condition;
    private readonly LatentSamplingOptions _options;
    private readonly double _scale = 1;

    /// <param name="denoiser">Predicts the velocity, with guidance.</param>
    /// <param name="options">Steps, schedule, guidance.</param>
    /// <param name="prompt">Vectors of the joint embedding, [batch, width]; null for none. Has to live as long as the sampler.</param>
    public LatentSampler(DualPathDenoiser denoiser, LatentSamplingOptions options, Tensor? prompt = null) : this(tokens =>
    {
        var condition = denoiser.Encode(tokens, prompt);
        var unprompted = prompt is null || options.PromptGuidance == 0 ? null : denoiser.Encode(tokens);
        return (latents, angles) => unprompted is not null && angles.max().item<float>() > LeastPromptedAngle
            ? denoiser.Guided(latents, angles, condition, options.Guidance, unprompted, options.PromptGuidance)
            : denoiser.Guided(latents, angles, condition, options.Guidance);
    }, options) => _scale = denoiser.Config.LatentScale;

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
    /// <param name="progress">Told the number of steps done after each.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    public Tensor Generate(Tensor tokens, Tensor noise, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        Sample(noise, null, tokens, progress, cancellation);

    /// <summary>
    /// New frames after known ones: known [batch, L1, D], noise [batch, L2, D], tokens for all L1 + L2 frames ->
    /// [batch, L1 + L2, D], of which the first L1 are the known frames bit by bit.
    /// </summary>
    public Tensor Continue(Tensor known, Tensor tokens, Tensor noise, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var regenerate = cat([zeros([known.shape[1]], ScalarType.Bool, known.device), ones([noise.shape[1]], ScalarType.Bool, known.device)]);
        return Sample(cat([known, noise], 1), regenerate, tokens, progress, cancellation).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One hop of the endless continuation (appendix C): as many frames as there is noise [batch, n, D] are put after a
    /// whole piece, whose last frames fill the rest of the window. Tokens [batch, T] count from the beginning of the piece.
    /// </summary>
    public Tensor Extend(Tensor piece, Tensor tokens, Tensor noise, TimeGrid grid, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var (first, kept) = grid.WindowAfter(piece.shape[1], noise.shape[1]);
        var (firstToken, count) = grid.TokensOf(first, kept + noise.shape[1]);
        if (firstToken + count > tokens.shape[1])
            throw new MelodyException($"The continuation needs {firstToken + count} semantic tokens from the beginning of the piece, but there are {tokens.shape[1]}.");
        var window = Continue(piece.narrow(1, first, kept), tokens.narrow(1, firstToken, count), noise, progress, cancellation);
        return cat([piece, window.narrow(1, kept, noise.shape[1])], 1).MoveToOuterDisposeScope();
    }

    /// <summary>New frames in the place of some: where <paramref name="regenerate"/> is false, the latents stay bit by bit.</summary>
    /// <param name="latents">[batch, L, D].</param>
    /// <param name="regenerate">For each of the L frames, whether it is made anew.</param>
    /// <param name="tokens">Int64 [batch, T].</param>
    /// <param name="noise">[batch, L, D], of which only the frames to be made are used.</param>
    /// <param name="progress">Told the number of steps done after each.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    public Tensor Inpaint(Tensor latents, bool[] regenerate, Tensor tokens, Tensor noise, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var mask = tensor(regenerate, device: latents.device);
        return Sample(where(mask.unsqueeze(-1), noise, latents), mask, tokens, progress, cancellation).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Latents whose end leads into their beginning: each step sees the piece turned by another number of frames, so that
    /// no place is ever its edge. The frames have to hold a whole number of tokens.
    /// </summary>
    public Tensor GenerateLoop(Tensor tokens, Tensor noise, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        long frames = noise.shape[1], count = tokens.shape[1];
        if (frames % count != 0)
            throw new MelodyException($"A loop needs a whole number of latent frames for each semantic token, but has {frames} frames and {count} tokens.");
        long framesPerToken = frames / count;
        int step = 0;
        return Run(noise, null, (latents, angles) =>
        {
            // multiples of the golden ratio leave no two turns close together
            long turn = (long)(step++ * 0.6180339887 % 1 * count);
            var velocity = _condition(tokens.roll(-turn, 1))(latents.roll(-turn * framesPerToken, 1), angles);
            return velocity.roll(turn * framesPerToken, 1);
        }, progress, cancellation).MoveToOuterDisposeScope();
    }

    private Tensor Sample(Tensor start, Tensor? regenerate, Tensor tokens, IProgress<int>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        return Run(start, regenerate, _condition(tokens), progress, cancellation).MoveToOuterDisposeScope();
    }

    /// <param name="start">Noise and, where <paramref name="regenerate"/> is false, known latents; [batch, L, D].</param>
    /// <param name="regenerate">Bool [L]; null for all.</param>
    /// <param name="velocity">The network, or an oracle.</param>
    /// <param name="progress">Told the number of steps done after each.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    private Tensor Run(Tensor start, Tensor? regenerate, VelocityFunction velocity, IProgress<int>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var withoutGradients = no_grad();
        var angles = _options.Schedule.Angles(_options.Steps);
        long batch = start.shape[0], frames = start.shape[1];
        var free = regenerate?.unsqueeze(-1);
        var moving = regenerate?.to_type(ScalarType.Float32) ?? ones([frames], ScalarType.Float32, start.device);
        var known = start.to_type(ScalarType.Float32);
        var latents = free is null ? known : where(free, known, known * _scale);
        for (int i = 0; i < _options.Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var predicted = velocity(latents, (moving * angles[i]).expand(batch, frames));
            FunctionEvaluations++;
            var next = VelocityObjective.Step(latents, predicted, moving * (angles[i] - angles[i + 1]));
            bool last = i == _options.Steps - 1;
            if (last) next = (next / _scale).clamp(-1, 1);
            latents = (free is null ? next : where(free, next, last ? known : latents)).MoveToOuterDisposeScope();
            progress?.Report(i + 1);
        }
        return latents.MoveToOuterDisposeScope();
    }
}
