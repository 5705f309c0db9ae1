using Melody.Nn;
using Melody.Weights;

namespace Melody.SemanticTokens;

/// <summary>
/// The sizes of a <see cref="SemanticTokenizer"/>. Exactly one of <see cref="Waveform"/> and <see cref="Mel"/> is given: it chooses the
/// front end.
/// </summary>
internal sealed record SemanticTokenizerConfig : ISizes
{
    private const int MostCodebooks = 32;

    /// <summary>Of the audio, Hz.</summary>
    [Size(1000, 768000)]
    public int SampleRate { get; init; } = 24000;

    /// <summary>Samples a token: 960 gives 25 tokens a second.</summary>
    [Size(1, 768000)]
    public int Hop { get; init; } = 960;

    /// <summary>The paper's convolutions over the waveform.</summary>
    public WaveformFrontEndConfig? Waveform { get; init; }

    /// <summary>Log-mel frames, which learn far faster on a CPU.</summary>
    public MelFrontEndConfig? Mel { get; init; }

    /// <summary>
    /// A second resolution beside <see cref="Mel"/>: long windows tell low pitches apart, short ones when something begins.
    /// </summary>
    public MelFrontEndConfig? ShortMel { get; init; }

    /// <summary>Conformer blocks.</summary>
    [Size(1, 256)]
    public required int Layers { get; init; }

    /// <summary>Channels between the blocks.</summary>
    [Size(1, 16384)]
    public required int Width { get; init; }

    /// <summary>Attention heads; <see cref="Width"/> / Heads is even.</summary>
    [Size(1, 1024)]
    public required int Heads { get; init; }

    /// <summary>Inner width of each block's two feed-forward layers.</summary>
    [Size(1, 131072)]
    public required int FeedForward { get; init; }

    /// <summary>Frames that a block's depthwise convolution sees; odd.</summary>
    [Size(1, 1023)]
    public int Kernel { get; init; } = 31;

    /// <summary>Frames that the positional convolution in front of the blocks sees; 0 for none.</summary>
    [Size(0, 1023)]
    public int PositionalKernel { get; init; }

    /// <summary>Groups of channels of the positional convolution.</summary>
    [Size(1, 16384)]
    public int PositionalGroups { get; init; } = 16;

    /// <summary>Frames to each side that attention sees; 0 for all.</summary>
    [Size(0, 100000)]
    public int AttentionReach { get; init; }

    /// <summary>Share of activations that training sets to zero behind each attention and feed-forward layer.</summary>
    [Size(0, 0.99)]
    public double Dropout { get; init; }

    /// <summary>The block whose output is clustered, 1 .. <see cref="Layers"/>.</summary>
    [Size(1, 256)]
    public required int TapLayer { get; init; }

    /// <summary>
    /// Values that one linear map tells of each frame of the tapped layer (what sounds there, learned from the score);
    /// where there are any, they are clustered in place of the layer itself. 0, as in the paper: none.
    /// </summary>
    [Size(0, 65536)]
    public int Readout { get; init; }

    /// <summary>k-means centres of the one codebook over all values, where <see cref="Codebooks"/> names none.</summary>
    [Size(1, 65536)]
    public int Codes { get; init; } = 1024;

    /// <summary>
    /// Codebooks over parts of the readout: each gives a token of its own to every frame, so that what one tells costs the
    /// others nothing. None, as in the paper: one codebook of <see cref="Codes"/> centres over all values.
    /// </summary>
    public IReadOnlyList<CodebookConfig> Codebooks { get; init; } = [];

    /// <summary>
    /// Whether the centres divide what scores say, not what the readout tells of sound: then music whose notes are known gets its tokens
    /// from its score, and the network is needed for sound alone.
    /// </summary>
    public bool ScoreTokens { get; init; }

    /// <summary>Values of a frame that are clustered.</summary>
    public int FeatureWidth => Readout > 0 ? Readout : Width;

    /// <summary>The codebooks of a frame.</summary>
    public CodebookSizes Sizes() => new(Codebooks.Count == 0 ? [Codes] : [.. Codebooks.Select(book => book.Codes)]);

    /// <summary>Frames that are tokenized in one piece; longer audio is cut into overlapping windows of this many.</summary>
    [Size(1, 20000)]
    public int WindowFrames { get; init; } = 1000;

    /// <summary>Frames at a window's inner ends whose tokens are left to its neighbours, as they lack context there.</summary>
    [Size(0, 10000)]
    public int MarginFrames { get; init; } = 125;

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (Width % Heads == 0 && Width / Heads % 2 == 0, $"{Heads} heads do not divide the width of {Width} into even widths");
        yield return (Codebooks.Count <= MostCodebooks, $"there are {Codebooks.Count} codebooks, and at most {MostCodebooks} are possible");
        yield return (
            !ScoreTokens || FrameFacts.Tells(Readout),
            $"scoreTokens needs a readout of {string.Join(", ", FrameFacts.Lengths)} values"
        );
        yield return (Kernel % 2 == 1, $"kernel has to be odd, not {Kernel}");
        yield return (TapLayer <= Layers, $"tapLayer has to lie between 1 and {Layers}, not at {TapLayer}");
        yield return (WindowFrames > 2 * MarginFrames, "the windows are not longer than their two margins");
        yield return (
            PositionalKernel == 0 || Width % PositionalGroups == 0,
            $"positionalGroups of {PositionalGroups} do not divide the width of {Width}"
        );
        yield return (Waveform is null || Hop == Waveform.Hop, $"the strides of the waveform do not multiply to a hop of {Hop}");
        yield return (
            new[] { Mel, ShortMel }.All(mel => mel is null || Hop % mel.Hop == 0 && mel.FftSize % 2 == 0),
            $"the mel frames do not divide a hop of {Hop}, or have an odd fftSize"
        );
        yield return (ShortMel is null || Mel is not null, "shortMel stands beside mel, which is missing");
    }
}

/// <summary>One of several codebooks of a <see cref="SemanticTokenizer"/>.</summary>
internal sealed record CodebookConfig
{
    /// <summary>Its name, lower-case letters: "harmony".</summary>
    public required string Name { get; init; }

    /// <summary>k-means centres: different tokens.</summary>
    [Size(1, 65536)]
    public int Codes { get; init; } = 1024;

    /// <summary>Keys of the groups of <see cref="FrameFacts"/> that it divides.</summary>
    public required IReadOnlyList<string> Facts { get; init; }
}

/// <summary>A stack of strided convolutions over the waveform (wav2vec 2.0, Baevski et al., 2020).</summary>
internal sealed record WaveformFrontEndConfig
{
    /// <summary>Channels of every convolution.</summary>
    [Size(1, 16384)]
    public required int Channels { get; init; }

    /// <summary>Kernels, first convolution first.</summary>
    [Size(1, 1023)]
    public required IReadOnlyList<int> Kernels { get; init; }

    /// <summary>Strides; their product is the hop.</summary>
    [Size(1, 256)]
    public required IReadOnlyList<int> Strides { get; init; }

    /// <summary>Samples from one frame to the next.</summary>
    public double Hop => Strides.Aggregate(1.0, (product, stride) => product * stride);
}

/// <summary>Log-mel energies, a few neighbouring frames side by side.</summary>
internal sealed record MelFrontEndConfig
{
    /// <summary>Samples under the window.</summary>
    [Size(2, 16384)]
    public required int FftSize { get; init; }

    /// <summary>Samples between mel frames; divides the tokenizer's hop.</summary>
    [Size(1, 768000)]
    public required int Hop { get; init; }

    /// <summary>Mel bands.</summary>
    [Size(1, 512)]
    public required int Bands { get; init; }
}
