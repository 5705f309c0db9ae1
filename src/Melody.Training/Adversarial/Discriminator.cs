using Melody.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// Judges audio. <see cref="nn.Module{T, TResult}.forward"/>: audio [batch, samples] -> the features of every layer, the
/// last of them the scores.
/// </summary>
internal abstract class Discriminator(string name) : Network<Tensor, IReadOnlyList<Tensor>>(name)
{
    /// <summary>Slope of LeakyReLU for negative inputs, as in HiFi-GAN.</summary>
    private const double Slope = 0.1;

    /// <summary>What each layer makes of its input, and the scores at the end.</summary>
    protected static IReadOnlyList<Tensor> Features(Tensor input, IEnumerable<Convolution2d> layers, Convolution2d score)
    {
        var features = new List<Tensor>();
        var x = input;
        foreach (var layer in layers)
            features.Add(x = nn.functional.leaky_relu(layer.forward(x), Slope));
        features.Add(score.forward(x));
        return features;
    }
}

/// <summary>Several discriminators, each with its own view of the audio.</summary>
internal sealed class DiscriminatorEnsemble : Network
{
    private readonly ModuleList<Discriminator> _members;

    public DiscriminatorEnsemble(IEnumerable<Discriminator> members)
        : base(nameof(DiscriminatorEnsemble))
    {
        _members = nn.ModuleList(members.ToArray());
        Add("members", _members);
    }

    /// <summary>The features of each member for audio [batch, samples].</summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> Judge(Tensor audio) => [.. _members.Select(m => m.forward(audio))];
}
