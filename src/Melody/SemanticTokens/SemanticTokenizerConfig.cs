using Melody.Nn;

namespace Melody.SemanticTokens;

/// <summary>
/// The sizes of a <see cref="SemanticTokenizer"/>. Exactly one of <see cref="Waveform"/> and <see cref="Mel"/> is given: it chooses the
/// front end.
/// </summary>
internal sealed record SemanticTokenizerConfig
{
    /// <summary>Of the audio, Hz.</summary>
    public int SampleRate { get; init; } = 24000;

    /// <summary>Samples a token: 960 gives 25 tokens a second.</summary>
    public int Hop { get; init; } = 960;

    /// <summary>The paper's convolutions over the waveform.</summary>
    public WaveformFrontEndConfig? Waveform { get; init; }

    /// <summary>Log-mel frames, which learn far faster on a CPU.</summary>
    public MelFrontEndConfig? Mel { get; init; }

    /// <summary>Conformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Channels between the blocks.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads; <see cref="Width"/> / Heads is even.</summary>
    public required int Heads { get; init; }

    /// <summary>Inner width of each block's two feed-forward layers.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Frames that a block's depthwise convolution sees; odd.</summary>
    public int Kernel { get; init; } = 31;

    /// <summary>Frames that the positional convolution in front of the blocks sees; 0 for none.</summary>
    public int PositionalKernel { get; init; }

    /// <summary>Groups of channels of the positional convolution.</summary>
    public int PositionalGroups { get; init; } = 16;

    /// <summary>Frames to each side that attention sees; 0 for all.</summary>
    public int AttentionReach { get; init; }

    /// <summary>Share of activations that training sets to zero behind each attention and feed-forward layer.</summary>
    public double Dropout { get; init; }

    /// <summary>The block whose output is clustered, 1 .. <see cref="Layers"/>.</summary>
    public required int TapLayer { get; init; }

    /// <summary>
    /// Values that one linear map tells of each frame of the tapped layer (what sounds there, learned from the score);
    /// where there are any, they are clustered in place of the layer itself. 0, as in the paper: none.
    /// </summary>
    public int Readout { get; init; }

    /// <summary>k-means centres of the one codebook over all values, where <see cref="Codebooks"/> names none.</summary>
    public int Codes { get; init; } = 1024;

    /// <summary>
    /// Codebooks over parts of the readout: each gives a token of its own to every frame, so that what one tells costs the
    /// others nothing. None, as in the paper: one codebook of <see cref="Codes"/> centres over all values.
    /// </summary>
    public IReadOnlyList<CodebookConfig> Codebooks { get; init; } = [];

    /// <summary>Values of a frame that are clustered.</summary>
    public int FeatureWidth => Readout > 0 ? Readout : Width;

    /// <summary>The codebooks of a frame.</summary>
    public CodebookSizes Sizes() => new(Codebooks.Count == 0 ? [Codes] : [.. Codebooks.Select(book => book.Codes)]);

    /// <summary>Frames that are tokenized in one piece; longer audio is cut into overlapping windows of this many.</summary>
    public int WindowFrames { get; init; } = 1000;

    /// <summary>Frames at a window's inner ends whose tokens are left to its neighbours, as they lack context there.</summary>
    public int MarginFrames { get; init; } = 125;
}

/// <summary>One of several codebooks of a <see cref="SemanticTokenizer"/>.</summary>
internal sealed record CodebookConfig
{
    /// <summary>Its name, lower-case letters: "harmony".</summary>
    public required string Name { get; init; }

    /// <summary>k-means centres: different tokens.</summary>
    public int Codes { get; init; } = 1024;

    /// <summary>Keys of the groups of <see cref="FrameFacts"/> that it divides.</summary>
    public required IReadOnlyList<string> Facts { get; init; }
}

/// <summary>A stack of strided convolutions over the waveform (wav2vec 2.0, Baevski et al., 2020).</summary>
internal sealed record WaveformFrontEndConfig
{
    /// <summary>Channels of every convolution.</summary>
    public required int Channels { get; init; }

    /// <summary>Kernels, first convolution first.</summary>
    public required IReadOnlyList<int> Kernels { get; init; }

    /// <summary>Strides; their product is the hop.</summary>
    public required IReadOnlyList<int> Strides { get; init; }
}

/// <summary>Log-mel energies, a few neighbouring frames side by side.</summary>
internal sealed record MelFrontEndConfig
{
    /// <summary>Samples under the window.</summary>
    public required int FftSize { get; init; }

    /// <summary>Samples between mel frames; divides the tokenizer's hop.</summary>
    public required int Hop { get; init; }

    /// <summary>Mel bands.</summary>
    public required int Bands { get; init; }
}
