using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Conditioning;

/// <summary>MuLan's text tower (paper section 2.1): texts -> unit vectors [batch, embedding width], float32.</summary>
internal abstract class TextTower(string name) : Network<IReadOnlyList<string>, Tensor>(name)
{
    /// <summary>The tower that the configuration asks for.</summary>
    /// <exception cref="MelodyException">The vocabulary does not fit the configuration.</exception>
    public static TextTower Create(TextTowerConfig config, int embeddingWidth, Vocabulary vocabulary, ParameterFactory parameters) =>
        config switch
        {
            { Bert: { } bert, Words: null } => new BertTower(bert, embeddingWidth, vocabulary, parameters),
            { Words: { } words, Bert: null } => new WordTower(words, embeddingWidth, vocabulary, parameters),
            _ => throw new MelodyException("The text tower must be configured as exactly one of \"bert\" and \"words\"."),
        };

    /// <inheritdoc/>
    public override Tensor forward(IReadOnlyList<string> texts) => Embed(texts);

    /// <summary>Texts -> unit vectors [batch, embedding width], float32.</summary>
    /// <param name="texts">Any text, even an empty one; what is too long loses its end.</param>
    /// <param name="augmentation">In training, what decides which words are hidden behind their pieces; null for none.</param>
    public abstract Tensor Embed(IReadOnlyList<string> texts, Random? augmentation = null);

    /// <summary>Which of [batch, length] positions hold a token, as bool [batch, 1, 1, length].</summary>
    private protected static Tensor Visible(IReadOnlyList<int> lengths, long longest, Device device)
    {
        var ends = tensor(lengths.Select(n => (long)n).ToArray(), ScalarType.Int64, device);
        return (arange(longest, ScalarType.Int64, device).unsqueeze(0) < ends.unsqueeze(1)).view(lengths.Count, 1, 1, longest);
    }
}
