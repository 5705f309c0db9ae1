namespace Melody.Conditioning;

/// <summary>The sizes of the joint text-music embedding (MuLan, arXiv 2208.12415) and of the quantizer behind it.</summary>
internal sealed record JointEmbeddingConfig
{
    /// <summary>Width of the space that both towers meet in.</summary>
    public required int EmbeddingWidth { get; init; }

    /// <summary>Temperature of the contrastive loss before training, in (0.01, 1).</summary>
    public required double InitialTemperature { get; init; }

    /// <summary>The tower that listens.</summary>
    public required AudioTowerConfig Audio { get; init; }

    /// <summary>The tower that reads.</summary>
    public required TextTowerConfig Text { get; init; }

    /// <summary>The residual vector quantizer.</summary>
    public required ResidualQuantizerConfig Quantizer { get; init; }
}

/// <summary>Log-mel spectrogram, patches and transformer of the audio tower (AST, arXiv 2104.01778).</summary>
internal sealed record AudioTowerConfig
{
    /// <summary>Of the audio, Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Length of the window that the tower hears at once, seconds.</summary>
    public required double WindowSeconds { get; init; }

    /// <summary>Step between the windows that longer audio is averaged over, seconds.</summary>
    public required double HopSeconds { get; init; }

    /// <summary>Samples in a Fourier transform.</summary>
    public required int FftSize { get; init; }

    /// <summary>Samples under the Hann window.</summary>
    public required int AnalysisWindow { get; init; }

    /// <summary>Samples from one spectrogram frame to the next.</summary>
    public required int HopLength { get; init; }

    /// <summary>Mel bands between 0 Hz and half the sample rate.</summary>
    public required int Bands { get; init; }

    /// <summary>Frames that the network takes; those beyond the window are silence.</summary>
    public required int Frames { get; init; }

    /// <summary>Bands in a patch.</summary>
    public required int PatchBands { get; init; }

    /// <summary>Frames in a patch.</summary>
    public required int PatchFrames { get; init; }

    /// <summary>Bands from one patch to the next.</summary>
    public required int StrideBands { get; init; }

    /// <summary>Frames from one patch to the next.</summary>
    public required int StrideFrames { get; init; }

    /// <summary>Whether a distillation token stands beside the class token, as in AST (from DeiT).</summary>
    public required bool DistillationToken { get; init; }

    /// <summary>The transformer over the patches.</summary>
    public required TransformerConfig Transformer { get; init; }

    /// <summary>Samples in a window.</summary>
    public int WindowSamples => (int)Math.Round(WindowSeconds * SampleRate);

    /// <summary>Patches across the bands and along the frames.</summary>
    public (int Bands, int Frames) Grid => ((Bands - PatchBands) / StrideBands + 1, (Frames - PatchFrames) / StrideFrames + 1);
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
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, with the class and separator tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>The transformer over the word pieces.</summary>
    public required TransformerConfig Transformer { get; init; }
}

/// <summary>A table of word vectors, hashed pieces for words outside it, and a small transformer.</summary>
internal sealed record WordTowerConfig
{
    /// <summary>Rows of the word table: the largest vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of a word vector.</summary>
    public required int VectorWidth { get; init; }

    /// <summary>Rows of the table of hashed character n-grams.</summary>
    public required int Pieces { get; init; }

    /// <summary>Share of known words that are read by their pieces in training, so that pieces learn too.</summary>
    public required double PieceShare { get; init; }

    /// <summary>Words of a text that are read, and one for the start token.</summary>
    public required int Tokens { get; init; }

    /// <summary>The transformer over the words.</summary>
    public required TransformerConfig Transformer { get; init; }
}

/// <summary>Layers of self-attention and feed-forward.</summary>
internal sealed record TransformerConfig
{
    /// <summary>Channels.</summary>
    public required int Width { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads; they divide the width.</summary>
    public required int Heads { get; init; }

    /// <summary>Channels between the two products of the feed-forward part.</summary>
    public required int FeedForward { get; init; }
}

/// <summary>Codebooks one after the other, each for what the ones before left over.</summary>
internal sealed record ResidualQuantizerConfig
{
    /// <summary>Codebooks: prefix tokens of the semantic language model.</summary>
    public required int Levels { get; init; }

    /// <summary>Entries in a codebook.</summary>
    public required int Entries { get; init; }
}
