using Melody.Weights;

namespace Melody.Conditioning;

/// <summary>The sizes of the joint text-music embedding (MuLan, arXiv 2208.12415) and of the quantizer behind it.</summary>
internal sealed record JointEmbeddingConfig
{
    /// <summary>Width of the space that both towers meet in.</summary>
    [Size(1, 16384)]
    public required int EmbeddingWidth { get; init; }

    /// <summary>Temperature of the contrastive loss before training, in (0.01, 1).</summary>
    [Size(0.0101, 0.999)]
    public required double InitialTemperature { get; init; }

    /// <summary>The tower that listens.</summary>
    public required AudioTowerConfig Audio { get; init; }

    /// <summary>The tower that reads.</summary>
    public required TextTowerConfig Text { get; init; }

    /// <summary>The residual vector quantizer.</summary>
    public required ResidualQuantizerConfig Quantizer { get; init; }
}

/// <summary>Log-mel spectrogram, patches and transformer of the audio tower (AST, arXiv 2104.01778).</summary>
internal sealed record AudioTowerConfig : ISizes
{
    /// <summary>Of the audio, Hz.</summary>
    [Size(1000, 768000)]
    public required int SampleRate { get; init; }

    /// <summary>Length of the window that the tower hears at once, seconds.</summary>
    [Size(0.01, 120)]
    public required double WindowSeconds { get; init; }

    /// <summary>Step between the windows that longer audio is averaged over, seconds.</summary>
    [Size(0.01, 120)]
    public required double HopSeconds { get; init; }

    /// <summary>Samples in a Fourier transform.</summary>
    [Size(2, 16384)]
    public required int FftSize { get; init; }

    /// <summary>Samples under the Hann window.</summary>
    [Size(1, 16384)]
    public required int AnalysisWindow { get; init; }

    /// <summary>Samples from one spectrogram frame to the next.</summary>
    [Size(1, 768000)]
    public required int HopLength { get; init; }

    /// <summary>Mel bands between 0 Hz and half the sample rate.</summary>
    [Size(1, 512)]
    public required int Bands { get; init; }

    /// <summary>Frames that the network takes; those beyond the window are silence.</summary>
    [Size(1, 20000)]
    public required int Frames { get; init; }

    /// <summary>Bands in a patch.</summary>
    [Size(1, 512)]
    public required int PatchBands { get; init; }

    /// <summary>Frames in a patch.</summary>
    [Size(1, 20000)]
    public required int PatchFrames { get; init; }

    /// <summary>Bands from one patch to the next.</summary>
    [Size(1, 512)]
    public required int StrideBands { get; init; }

    /// <summary>Frames from one patch to the next.</summary>
    [Size(1, 20000)]
    public required int StrideFrames { get; init; }

    /// <summary>Whether a distillation token stands beside the class token, as in AST (from DeiT).</summary>
    public required bool DistillationToken { get; init; }

    /// <summary>The transformer over the patches.</summary>
    public required TransformerConfig Transformer { get; init; }

    /// <summary>Samples in a window.</summary>
    public int WindowSamples => (int)Math.Round(WindowSeconds * SampleRate);

    /// <summary>Patches across the bands and along the frames.</summary>
    public (int Bands, int Frames) Grid => ((Bands - PatchBands) / StrideBands + 1, (Frames - PatchFrames) / StrideFrames + 1);

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (FftSize % 2 == 0, "fftSize is odd");
        yield return (AnalysisWindow <= FftSize, "analysisWindow is larger than fftSize");
        yield return (PatchBands <= Bands && PatchFrames <= Frames, "a patch is larger than the picture");
        yield return (WindowSamples >= HopLength && WindowSamples >= FftSize, "the window is shorter than a frame");
    }
}

/// <summary>Exactly one of <see cref="Bert"/> and <see cref="Words"/> is given: it chooses how text is read.</summary>
internal sealed record TextTowerConfig
{
    /// <summary>BERT, as in the paper.</summary>
    public BertConfig? Bert { get; init; }

    /// <summary>Pretrained word vectors under a small transformer.</summary>
    public WordTowerConfig? Words { get; init; }
}

/// <summary>The encoder of BERT (arXiv 1810.04805) without its pooler.</summary>
internal sealed record BertConfig
{
    /// <summary>Word pieces in the vocabulary.</summary>
    [Size(1, 10000000)]
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, with the class and separator tokens.</summary>
    [Size(3, 8192)]
    public required int Tokens { get; init; }

    /// <summary>The transformer over the word pieces.</summary>
    public required TransformerConfig Transformer { get; init; }
}

/// <summary>A table of word vectors, hashed pieces for words outside it, and a small transformer.</summary>
internal sealed record WordTowerConfig
{
    /// <summary>Rows of the word table: the largest vocabulary.</summary>
    [Size(1, 10000000)]
    public required int VocabularySize { get; init; }

    /// <summary>Width of a word vector.</summary>
    [Size(1, 16384)]
    public required int VectorWidth { get; init; }

    /// <summary>Rows of the table of hashed character n-grams.</summary>
    [Size(1, 10000000)]
    public required int Pieces { get; init; }

    /// <summary>Share of known words that are read by their pieces in training, so that pieces learn too.</summary>
    [Size(0, 1)]
    public required double PieceShare { get; init; }

    /// <summary>Words of a text that are read, and one for the start token.</summary>
    [Size(2, 8192)]
    public required int Tokens { get; init; }

    /// <summary>The transformer over the words.</summary>
    public required TransformerConfig Transformer { get; init; }
}

/// <summary>Layers of self-attention and feed-forward.</summary>
internal sealed record TransformerConfig : ISizes
{
    /// <summary>Channels.</summary>
    [Size(1, 16384)]
    public required int Width { get; init; }

    /// <summary>Layers.</summary>
    [Size(0, 256)]
    public required int Layers { get; init; }

    /// <summary>Attention heads; they divide the width.</summary>
    [Size(1, 1024)]
    public required int Heads { get; init; }

    /// <summary>Channels between the two products of the feed-forward part.</summary>
    [Size(1, 131072)]
    public required int FeedForward { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(bool Holds, string Rule)> Rules()
    {
        yield return (Width % Heads == 0, $"{Heads} heads do not divide the width of {Width}");
    }
}

/// <summary>Codebooks one after the other, each for what the ones before left over.</summary>
internal sealed record ResidualQuantizerConfig
{
    /// <summary>Codebooks: prefix tokens of the semantic language model.</summary>
    [Size(1, 256)]
    public required int Levels { get; init; }

    /// <summary>Entries in a codebook.</summary>
    [Size(1, 65536)]
    public required int Entries { get; init; }
}
