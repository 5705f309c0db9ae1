using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// Fills a timeline window by window: semantic tokens from the language model, latents from noise under them (MeLoDy, appendix C),
/// and samples as soon as they are final. Frames that were handed out never change.
/// </summary>
internal sealed class Session : IDisposable
{
    private const double QuickPieceSeconds = 0.25;

    private readonly MusicModel _model;
    private readonly Timeline _timeline;
    private readonly WindowPlanner _planner;
    private readonly NoiseSource _noise;
    private readonly SemanticSession _tokens;
    private readonly LatentSamplingOptions _sampling;
    private readonly ISoundCodec _codec;
    private readonly ISoundStream _decoder;
    private readonly FirstWindowLoudness? _loudness;
    private readonly List<int> _seams = [];
    private readonly int _channels,
        _hop,
        _fadeFrames,
        _fadeSamples;
    private readonly long _decodedFrom,
        _decodedEnd;
    private readonly Tensor? _prompt;
    private readonly MusicStyle _style;
    private LatentSampler? _sampler;
    private float[] _open = [];
    private long _handedOut;

    private Session(MusicModel model, GenerationPlan plan, LoudnessMode loudness)
    {
        (_model, _timeline) = (model, plan.Begin(model));
        var (sizes, networks) = (model.Config.Denoiser, model.Networks);
        var grid = WindowPlanner.Grid(plan.Options, sizes);
        (_channels, _fadeFrames, _planner) = (sizes.LatentChannels, grid.FadeFrames, new(grid, plan.QuickStart));
        _noise = new(plan.Conditions.Seed, _channels);
        _sampling = plan.Options.Sampling(sizes);
        _style = new(networks, (plan.Styled ?? _timeline).Style(model), plan.Conditions.Prefix, plan.Conditions.Seed);
        using (NewDisposeScope())
            _prompt = networks.PromptOf(plan.Conditions.Prefix)?.DetachFromDisposeScope();

        _codec = plan.QuickStart ? networks.CodecOf(QuickPieceSeconds) : networks.Codec;
        (_decoder, _hop) = (_codec.OpenStream(), _codec.HopLength);
        _fadeSamples = (int)(Splice.FadeSeconds * model.SampleRate);
        // frames around those that are made are decoded for their context and the crossfade
        int margin = _codec.DecoderContext + (_fadeSamples + _hop - 1) / _hop;
        _decodedFrom = Math.Max(0, _timeline.Start - margin);
        _decodedEnd = _timeline.IsOpen ? _timeline.End : Math.Min(_timeline.Frames, _timeline.End + margin);
        PushKnown(_decodedFrom, _timeline.Start);
        if (loudness == LoudnessMode.FirstWindow)
            _loudness = new(model.SampleRate, model.Channels, plan.Options.TargetLoudness);
        _tokens = networks.Sampler.Open([plan.Conditions with { Earlier = [.. _timeline.Tokens] }], plan.Options.Tokens);
    }

    /// <summary>Samples at which music was continued, so far.</summary>
    public IReadOnlyList<int> Seams => _seams;

    /// <summary>
    /// The sample of each channel that <see cref="NextAsync"/> gives first: before what is made, where something is known.
    /// </summary>
    public long FirstSample => _decodedFrom * _hop;

    /// <summary>Passes through the language model and the denoiser so far (the paper's NFE).</summary>
    public int FunctionEvaluations => _tokens.Evaluations + (_sampler?.FunctionEvaluations ?? 0);

    /// <summary>The latents so far.</summary>
    public AudioLatents Latents => _timeline.Latents();

    private long SampleEnd => Math.Min(_decodedEnd * _hop, _timeline.SampleEnd) - _decodedFrom * _hop;

    /// <summary>Begins a piece.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="plan">What to make.</param>
    /// <param name="loudness">Raw, or by the first window where nothing is known.</param>
    /// <param name="cancellation">Ends the wait for the networks.</param>
    public static Task<Session> OpenAsync(MusicModel model, GenerationPlan plan, LoudnessMode loudness, CancellationToken cancellation) =>
        model.WorkAsync(_ => new Session(model, plan, loudness), cancellation);

    /// <summary>
    /// What is there of the piece up to a sample, for another to go on from; between two calls of <see cref="NextAsync"/>.
    /// </summary>
    /// <param name="end">The sample; what completes no frame before it is left out.</param>
    /// <param name="seconds">About how much is kept.</param>
    /// <param name="origin">The sample at which this piece begins, for whoever counts through several.</param>
    public TimelineTail Tail(long end, double seconds, long origin) =>
        _timeline.Tail(end / _hop, (long)(seconds * _model.SampleRate / _hop), origin) with
        {
            Style = _style.Passage,
        };

    /// <summary>The next final samples, interleaved, of the range that is made and what is decoded around it; null at the end.</summary>
    /// <param name="progress">Reports which network works and what share of the range is done.</param>
    /// <param name="cancellation">Checked before each token, each diffusion step and each decoded piece.</param>
    public async Task<float[]?> NextAsync(IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        while (_handedOut < SampleEnd)
        {
            var samples = await _model.WorkAsync(token => Step(progress, token), cancellation).ConfigureAwait(false);
            if (samples.Length > 0)
                return samples;
        }
        return null;
    }

    /// <summary>The whole piece, when <see cref="NextAsync"/> has come to its end.</summary>
    /// <param name="take">All that it gave.</param>
    public float[] Whole(float[] take) => _timeline.SamplesWith(take, _decodedFrom * _hop, _fadeSamples, _model.SampleRate);

    /// <summary>
    /// The samples of the whole piece while they become final; where it goes on from something, the first are all that is known and what
    /// was joined to it.
    /// </summary>
    /// <param name="progress">As for <see cref="NextAsync"/>.</param>
    /// <param name="cancellation">As for <see cref="NextAsync"/>.</param>
    public async IAsyncEnumerable<float[]> WholeAsync(
        IProgress<GenerationProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        long needed = Math.Min(_timeline.TakeToBegin(FirstSample, _model.SampleRate), SampleEnd) * _codec.Channels;
        var take = new List<float>();
        float? gain = null;
        while (await NextAsync(progress, cancellation).ConfigureAwait(false) is { } samples)
        {
            if (gain is { } known)
            {
                LevelMatch.Scale(samples, known);
                yield return samples;
                continue;
            }
            take.AddRange(samples);
            if (take.Count < needed)
                continue;
            var (beginning, first) = _timeline.BeginningWith([.. take], FirstSample, _fadeSamples, _model.SampleRate);
            gain = first;
            yield return beginning;
        }
    }

    // one turn at the networks: a window, or the sound that has become final
    private float[] Step(IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        if (_decoder.CanDecode)
            return Decode(cancellation);
        if (_planner.Next(_timeline) is not { } window)
            throw new InvalidOperationException("The piece is made, but not all of it was decoded.");
        Make(window, WindowProgress.Of(progress, window, _timeline), cancellation);
        return [];
    }

    private void Make(Window window, WindowProgress? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        long[] tokens = _tokens.Next(_timeline.TokensMissing(window), progress?.Tokens(_timeline.TokensMissing(window)), cancellation)[0];
        _timeline.Add(_style.Complete(tokens, _timeline.Tokens));
        float[] made = Denoise(window, progress?.Diffusion(_sampling.Steps), cancellation);
        if (_timeline.IsOpen && window.From > 0)
            _seams.Add((int)(window.From + Join(made)) * _hop);
        _timeline.Accept(window, made);
        _open = made[((int)(window.Accepted - window.From) * _channels)..];

        _decoder.Push(_timeline.Latents(window.From, Math.Min(window.Accepted, _timeline.End) - window.From));
        if (window.Accepted < _timeline.End)
            return;
        PushKnown(_timeline.End, _decodedEnd);
        _decoder.Complete();
    }

    private void PushKnown(long from, long to) =>
        _decoder.PushKnown(_timeline.Latents(from, to - from), _timeline.HeardSamples(from, to - from));

    // the frames that a window makes, frame after frame
    private float[] Denoise(Window window, IProgress<int>? progress, CancellationToken cancellation)
    {
        var device = _model.TorchDevice;
        long[] ids = _timeline.TokensOf(window);
        int books = _model.Config.Denoiser.Sizes().Count;
        var tokens = tensor(ids, [1, ids.Length / books, books], device: device);
        var noise = _noise.Of(window, _timeline).to(device);
        var sampler = _sampler ??= Sampler();
        if (window.AllNew)
            return LatentTensor.Values(sampler.Generate(tokens, noise, progress, cancellation));
        var mask = new bool[window.Frames];
        Array.Fill(mask, true, (int)(window.From - window.First), window.Made);
        var seen = LatentTensor.Of(_timeline.LatentsOf(window), _channels, device);
        var latents = sampler.Inpaint(seen, mask, tokens, noise, progress, cancellation);
        return LatentTensor.Values(latents.narrow(1, window.From - window.First, window.Made));
    }

    private LatentSampler Sampler()
    {
        var denoiser = _model.Networks.Denoiser;
        return new(denoiser, _sampling, denoiser.Style is null ? _ => _prompt : _style.Recall);
    }

    // the frames that the last window left open fade into what this one made of them
    private int Join(float[] made) =>
        _open.Length == 0
            ? 0
            : Seam.Join(_open, made, _channels, _fadeFrames, candidates =>
                SeamFlux.Of(_codec, _model.TorchDevice, _timeline.Latents(0, _timeline.Frames), candidates)
            );

    private float[] Decode(CancellationToken cancellation)
    {
        var pieces = new List<float>();
        while (_decoder.CanDecode)
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.AddRange(_decoder.Decode());
        }
        int channels = _codec.Channels;
        float[] samples = [.. CollectionsMarshal.AsSpan(pieces)[..(int)Math.Min(pieces.Count, (SampleEnd - _handedOut) * channels)]];
        if (samples.Length == 0)
            return samples; // the decoder holds them back until they are final
        _handedOut += samples.Length / channels;
        Finite.RequireAll(samples);
        if (_timeline.Gain != 1)
            SourceLevel.Undo(samples, _timeline.Gain);
        return _loudness is null ? samples : _loudness.Next(samples, last: _handedOut == SampleEnd);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _prompt?.Dispose();
    }
}
