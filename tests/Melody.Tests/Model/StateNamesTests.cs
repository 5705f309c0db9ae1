using Melody.Audio;
using Melody.Conditioning;
using Melody.Nn;
using Melody.Training.Adversarial;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Tests.Model;

/// <summary>Every tensor of every network has one name: the one that was given to it. Files and checkpoints rest on these names.</summary>
public sealed class StateNamesTests
{
    [Theory]
    [InlineData("paper")]
    [InlineData("mini")]
    [InlineData("test")]
    public void EveryTensorOfAModelHasOneName(string preset)
    {
        using var parameters = ParameterFactory.Meta();
        using var parts = new ModelParts(ModelConfig.FromPreset(preset), Vocabulary.Empty, parameters);
        Assert.Equal(5, parts.All.Count());
        foreach (var (_, _, network) in parts.All)
            AssertOneName(network);
    }

    [Fact]
    public void EveryTensorOfTheDiscriminatorsHasOneName()
    {
        using var parameters = ParameterFactory.Meta();
        using var ensemble = new DiscriminatorEnsemble([
            new PeriodDiscriminator(3, [4, 8], parameters),
            new SpectrogramDiscriminator(new Stft(64, 16), 4, parameters),
        ]);
        AssertOneName(ensemble);
    }

    private static void AssertOneName(nn.Module network)
    {
        var state = network.state_dict();
        Assert.NotEmpty(state);
        // a field's name begins with an underscore, a property's with a capital letter
        Assert.All(state.Keys, name => Assert.Matches("^([a-z][a-z0-9_]*|[0-9]+)(\\.([a-z][a-z0-9_]*|[0-9]+))*$", name));
        Assert.Equal(state.Count, state.Values.Select(tensor => tensor.Handle).Distinct().Count());
        Assert.Equal(state.Count, network.parameters().Count() + network.buffers().Count());
        Assert.Equal(network.parameters().Count(), network.named_parameters().Select(p => p.name).Distinct().Count());
    }
}
