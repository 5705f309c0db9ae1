using System.Runtime.InteropServices;
using Melody.Diffusion;
using Melody.Foundation;
using Melody.LanguageModel;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody;

/// <summary>
/// Writes the latents of one song, a window first and then hop by hop without end (paper, appendix C: generation and
/// continuation): semantic tokens from the language model, then latents from noise under them. Frames that were handed out
/// never change; the last of each hop are held back until the next has made them too (<see cref="QuietBorder"/>). Frame and token
/// numbers count from the beginning of the song, and so do the random numbers, so a song does not depend on how far it is
/// written at a time.
/// </summary>
internal sealed class SongWriter : IDisposable
{
    private const ulong NoiseStream = 0x4E6F697365; // "Noise"

    private readonly MusicModel _model;
    private readonly TimeGrid _grid;
    private readonly Tensor? _prompt;
    private readonly LatentSampler _sampler;
    private readonly int _steps;
    private readonly SemanticSession _session;
    private readonly CounterRandom _noise;
    private readonly ContextNoise _contextNoise;
    private readonly List<long> _tokens;
    private readonly List<float> _latents;
    private float[] _open = [];

    /// <param name="model">The networks.</param>
    /// <param name="request">Prefix tokens, controls, seed, and the tokens of music that is there already.</param>
    /// <param name="known">Latents of music that is there already, frame after frame.</param>
    /// <param name="options">Steps, guidance, temperature.</param>
    public SongWriter(MusicModel model, SemanticRequest request, ReadOnlySpan<float> known, GenerationOptions options)
    {
        (_model, _grid) = (model, options.Grid(model.Config.Denoiser));
        using (ModelUse.Of(model))
        {
            using var scope = NewDisposeScope();
            _prompt = model.Networks.PromptOf(request.Prefix)?.DetachFromDisposeScope();
        }
        // outside the scope above, as the session's tensors live on
        using (ModelUse.Of(model))
            _session = model.Networks.Sampler.Open([request], options.Semantic());
        _sampler = new(model.Networks.Denoiser, options.Diffusion(), _prompt);
        _steps = options.Steps;
        _noise = new CounterRandom(request.Seed, NoiseStream);
        _contextNoise = new ContextNoise(request.Seed, Channels);
        _tokens = [.. request.Earlier];
        _latents = [.. known];
    }

    /// <summary>Frames that are there.</summary>
    public long Frames => _latents.Count / Channels;

    /// <summary>Passes through the two networks so far: language model steps and diffusion steps (the paper's NFE).</summary>
    public int FunctionEvaluations => _session.Evaluations + _sampler.FunctionEvaluations;

    /// <summary>How many frames there will be, at least, after the next <see cref="Write"/>.</summary>
    /// <param name="until">The frames that the song needs.</param>
    public long FramesAfterNext(long until) => Frames + NextFrames < until ? Frames + NextFrames - _grid.SlackFrames : Frames + NextFrames;

    /// <summary>The frame at which the last <see cref="Write"/> took over from the one before; null where there was none.</summary>
    public long? Border { get; private set; }

    private long NextFrames => Frames == 0 ? _grid.WindowFrames : _grid.HopFrames;

    private int Channels => _model.Config.Denoiser.LatentChannels;

    /// <summary>Adds a window to an empty song, a hop to any other, less the moments that stay open where the song goes on behind it.</summary>
    /// <param name="until">The frames that the song needs.</param>
    /// <param name="progress">Told which network works and what share of this call is done.</param>
    /// <param name="cancellation">Looked at before each token and each diffusion step.</param>
    /// <returns>The new latents, frame after frame.</returns>
    public ReadOnlySpan<float> Write(long until, IProgress<GenerationProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var use = ModelUse.Of(_model);
        using var scope = NewDisposeScope();
        long fresh = NextFrames,
            before = Frames;
        int missing = (int)Math.Max(0, _grid.TokensUntil(before + fresh) - _tokens.Count);
        _tokens.AddRange(_session.Next(missing, Share(progress, "semantic tokens", 0, 0.5, missing), cancellation)[0]);

        var (first, kept) = _grid.WindowAfter(before, fresh);
        var (firstToken, count) = _grid.TokensOf(first, kept + fresh);
        var device = _model.TorchDevice;
        var tokens = tensor(CollectionsMarshal.AsSpan(_tokens).Slice((int)firstToken, (int)count).ToArray(), [1, count], device: device);
        var noise = _noise.Normal((ulong)(before * Channels), 1, fresh, Channels);
        if (kept > 0)
            noise = cat([_contextNoise.Of(first, kept), noise], 1);
        noise = noise.to(device);
        var steps = Share(progress, "diffusion", 0.5, 0.5, _steps);
        var latents =
            kept == 0
                ? _sampler.Generate(tokens, noise, steps, cancellation)
                : _sampler
                    .Continue(
                        LatentTensor.Of(CollectionsMarshal.AsSpan(_latents)[((int)first * Channels)..], Channels, device),
                        tokens,
                        noise,
                        steps,
                        cancellation
                    )
                    .narrow(1, kept, fresh);
        float[] made = LatentTensor.Values(latents);
        Border =
            before == 0
                ? null
                : before
                    + (
                        _open.Length == 0
                            ? 0
                            : QuietBorder.Join(_open, made, Channels, _grid.FadeFrames, joints =>
                                JointFlux.Of(_model.Networks.Autoencoder, CollectionsMarshal.AsSpan(_latents), joints)
                            )
                    );
        int open = before + fresh < until ? _grid.SlackFrames * Channels : 0;
        _open = made[^open..];
        _latents.AddRange(made.AsSpan(0, made.Length - open));
        return CollectionsMarshal.AsSpan(_latents)[((int)before * Channels)..];
    }

    private static Relay? Share(IProgress<GenerationProgress>? progress, string stage, double from, double share, int whole) =>
        progress is null ? null : new Relay(done => progress.Report(new(stage, from + share * done / Math.Max(1, whole))));

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _prompt?.Dispose();
    }

    private sealed class Relay(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
