using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.SemanticTokens;

/// <summary>
/// Audio -> semantic tokens (MeLoDy, arXiv 2305.15719): a middle layer of a <see cref="Wav2Vec2Conformer"/>, z-normalised per
/// dimension, and the nearest of 1024 k-means centres; one token for each whole 40 ms, repeats kept.
/// </summary>
/// <remarks>
/// <para>A corpus that knows its notes allows more (not in the paper): with <see cref="SemanticTokenizerConfig.Readout"/> a
/// linear map and a sigmoid tell the probability that a pitch class, an instrument, an onset sounds, and the centres divide
/// these probabilities, so that a token says what is played and not how this recording sounds.</para>
/// <para>With <see cref="SemanticTokenizerConfig.Codebooks"/> every frame gets one token a codebook, each the nearest centre
/// over the codebook's part of the probabilities. With <see cref="SemanticTokenizerConfig.ScoreTokens"/> the centres divide what scores
/// say, and a corpus with notes gets its tokens from them, by <see cref="TokensOf"/>.</para>
/// Audio longer than a window is cut into windows that overlap by twice the margin, and each token comes from the window
/// in whose inner part it lies. Where <see cref="Wav2Vec2Conformer.Reach"/> of the tapped layer is at most the margin
/// (`mini`, `test`), every token equals what one endless window would give, but for rounding in near ties; with unlimited
/// attention (`paper`) a token has at least the margin of context on both sides and may depend on where the windows lie.
/// </remarks>
internal sealed class SemanticTokenizer : Network<Tensor, Tensor>
{
    /// <summary>Name of the centres of a single codebook in a file of weights, [codes, <see cref="FeatureWidth"/>].</summary>
    public const string CentresName = "centres";

    private const string TrunkName = "trunk",
        ReadoutName = "readout";

    private readonly Linear? _readout;

    public SemanticTokenizer(SemanticTokenizerConfig config, ParameterFactory parameters)
        : base(nameof(SemanticTokenizer))
    {
        if (config.TapLayer < 1 || config.TapLayer > config.Layers)
            throw new MelodyException($"The tapped layer must lie between 1 and {config.Layers}, but it is {config.TapLayer}.");
        if (config.MarginFrames < 0 || config.WindowFrames <= 2 * config.MarginFrames)
            throw new MelodyException("The windows of a semantic tokenizer must be longer than their two margins.");
        Config = config;
        Trunk = new(config, parameters);
        Add(TrunkName, Trunk);
        FeatureWidth = config.FeatureWidth;
        if (config.Readout > 0)
        {
            _readout = new(config.Width, config.Readout, bias: true, parameters);
            Add(ReadoutName, _readout);
        }
        AddBuffer("mean", parameters.Buffer(0, FeatureWidth));
        AddBuffer("deviation", parameters.Buffer(1, FeatureWidth));
        Codebooks = Codebook.Of(config, FeatureWidth);
        // no two centres may coincide, or an untrained tokenizer would say the same thing for ever
        foreach (var book in Codebooks)
            AddBuffer(book.CentresName, parameters.NormalBuffer(1, book.Codes, book.Values.Count));
    }

    /// <summary>The sizes.</summary>
    public SemanticTokenizerConfig Config { get; }

    /// <summary>The network.</summary>
    public Wav2Vec2Conformer Trunk { get; }

    /// <summary>What divides the values of a frame, in the order of its tokens.</summary>
    public IReadOnlyList<Codebook> Codebooks { get; }

    /// <summary>Values of a frame that are clustered.</summary>
    public int FeatureWidth { get; }

    /// <summary>
    /// The linear map that is learned from the score, width -> <see cref="SemanticTokenizerConfig.Readout"/> scores; null where there is
    /// none.
    /// </summary>
    public Linear? Readout => _readout;

    /// <summary>Whether statistics and centres were fitted or loaded.</summary>
    public bool HasCentres => get_buffer("mean")!.any().item<bool>();

    /// <summary>Statistics and centres, by name.</summary>
    public IEnumerable<(string Name, Tensor Buffer)> Fitted => named_buffers().Where(buffer => !IsTrained(buffer.name));

    /// <summary>Whether a weight of this name is the network's, and not a statistic or a centre.</summary>
    public static bool IsTrained(string weight) =>
        weight.StartsWith(TrunkName + ".", StringComparison.Ordinal) || weight.StartsWith(ReadoutName + ".", StringComparison.Ordinal);

    /// <summary>Tokens that <paramref name="samples"/> give: one for each whole hop.</summary>
    public long Frames(long samples) => samples / Config.Hop;

    /// <summary>
    /// Semantic tokens int64 [batch, samples / 960 rounded down, codebooks], each from 0 to below its codebook's size, of audio
    /// [batch, samples], in evaluation mode. Memory does not grow with the length but for audio and tokens.
    /// </summary>
    public Tensor Tokenize(Tensor audio, CancellationToken cancellation = default) =>
        ByWindows(
            audio,
            Nearest,
            () => empty(audio.shape[0], 0, Codebooks.Count, dtype: ScalarType.Int64, device: audio.device),
            cancellation
        );

    /// <summary>
    /// What is clustered, before normalisation, float32 [batch, frames, <see cref="FeatureWidth"/>], by the same windows: the tapped
    /// layer's output, or the readout's probabilities.
    /// </summary>
    public Tensor Embed(Tensor audio, CancellationToken cancellation = default) =>
        ByWindows(audio, x => x, () => empty(audio.shape[0], 0, FeatureWidth, device: audio.device), cancellation);

    /// <summary>Tokens int64 [..., codebooks] of values [..., <see cref="FeatureWidth"/>] before normalisation.</summary>
    public Tensor TokensOf(Tensor values) => Nearest(values);

    /// <summary>(x - mean) / deviation per dimension, [..., <see cref="FeatureWidth"/>].</summary>
    public Tensor Normalize(Tensor embeddings) => (embeddings - Buffer("mean")) / Buffer("deviation");

    /// <summary>A codebook's centres before normalisation, float32 [codes, values]: what each token tells of a frame.</summary>
    public Tensor CentreFeatures(Codebook book) => Buffer(book.CentresName) * Part(Buffer("deviation"), book) + Part(Buffer("mean"), book);

    /// <summary>Sets the statistics, [<see cref="FeatureWidth"/>] each.</summary>
    public void SetStatistics(Tensor mean, Tensor deviation)
    {
        using var _ = no_grad();
        get_buffer("mean")!.copy_(mean);
        get_buffer("deviation")!.copy_(deviation.clamp_min(1e-5));
    }

    /// <summary>Sets a codebook's centres in normalised coordinates, [codes, values].</summary>
    public void SetCentres(Codebook book, Tensor centres)
    {
        using var _ = no_grad();
        get_buffer(book.CentresName)!.copy_(centres);
    }

    /// <summary>The values [..., <see cref="FeatureWidth"/>] that a codebook divides.</summary>
    public Tensor Part(Tensor values, Codebook book) =>
        book.Values.Count == FeatureWidth
            ? values
            : values.index_select(-1, tensor(book.Values.Select(v => (long)v).ToArray(), device: values.device));

    /// <summary><see cref="Tokenize"/>.</summary>
    public override Tensor forward(Tensor input) => Tokenize(input);

    private Tensor Nearest(Tensor embeddings)
    {
        var normalized = Normalize(embeddings);
        return stack(Codebooks.Select(book => NearestCentres.Find(Part(normalized, book), Buffer(book.CentresName))), -1);
    }

    private Tensor Buffer(string name) => get_buffer(name)!.to_type(ScalarType.Float32);

    private Tensor ByWindows(Tensor audio, Func<Tensor, Tensor> finish, Func<Tensor> none, CancellationToken cancellation)
    {
        using var gradients = no_grad();
        long frames = Frames(audio.shape[1]);
        if (frames == 0)
            return none();
        using var scope = NewDisposeScope();
        var device = get_buffer("mean")!.device;
        long window = Math.Min(Config.WindowFrames, frames),
            step = Config.WindowFrames - 2 * Config.MarginFrames;
        List<Tensor> parts = [];
        for (long done = 0; done < frames; )
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            // the last window ends with the audio and keeps its full length
            long start = Math.Min(parts.Count * step, frames - window);
            long end = start + window == frames ? frames : start + window - Config.MarginFrames;
            var piece = audio.narrow(1, start * Config.Hop, window * Config.Hop).to(device);
            var hidden = Trunk.HiddenStates(Trunk.Features(piece), layers: Config.TapLayer)[Config.TapLayer];
            var kept = hidden.narrow(1, done - start, end - done);
            if (_readout is not null)
                kept = sigmoid(_readout.forward(kept).to_type(ScalarType.Float32));
            parts.Add(finish(kept.to_type(ScalarType.Float32)).to(audio.device).MoveToOuterDisposeScope());
            done = end;
        }
        return cat(parts, 1).MoveToOuterDisposeScope();
    }
}
