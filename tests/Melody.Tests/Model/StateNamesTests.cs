using System.Security.Cryptography;
using System.Text;
using Melody.Audio;
using Melody.Conditioning;
using Melody.Models;
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
        using var parts = new ModelParts(ModelConfig.FromPreset(preset), parameters);
        Assert.Equal(5, parts.All.Count());
        foreach (var (_, network) in parts.All)
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

    /// <summary>
    /// Model folders, and trainings under way, stay readable: names, types and shapes of all tensors have a known hash. Where a network is
    /// changed on purpose, its new hash is the one in the message.
    /// </summary>
    [Theory]
    [InlineData("mini", "joint-embedding", 132, "e662c9a3281323e22ef3a29f3b8e15f6284bd4b493ec29ab35f6839324e4f1fd")]
    [InlineData("mini", "semantic-tokenizer", 155, "bbd1eb4e33dff933cfb96edd09b51d0f8b4c001fa6da26dd16ef0c93b9a80d9e")]
    [InlineData("mini", "semantic-lm", 41, "9ed5d04f749999f6bfd9f681acca90f842c359fc88ede386e58cc4bed2c71810")]
    [InlineData("mini", "denoiser", 168, "c323dbe71267e97462c4f6cc249fb930130f74d83217770e745713135c7cbcf2")]
    [InlineData("mini", "autoencoder", 122, "238bce994b922f88737dfc7e42b2e8ac023a48c63f972c869d0bb8249ecafec0")]
    [InlineData("paper", "joint-embedding", 402, "0405926ee14081789329525c7588003db10220a578c56d9e3ef4e659f4a6ccab")]
    [InlineData("paper", "semantic-tokenizer", 451, "dc90843d93fea30c55623836e21a5c1a196939193448d2032d507f7ed88025c9")]
    [InlineData("paper", "semantic-lm", 147, "f52f20e7b28a1f32c62aa9db604089fa4f12d6b983b5e29f3b2d514b9ba7f4ea")]
    [InlineData("paper", "denoiser", 386, "958f6773abac9dd46c177ac04aaded28011cacc2ddecb94fec21a6309fcb35be")]
    [InlineData("paper", "autoencoder", 360, "73887d7cfe7921a9bdfa0716e01b05bafe0db80fe2931fb2d32e8b1e4d4b964f")]
    [InlineData("test", "joint-embedding", 68, "72e9a2a358251279d90d44e1d74e0dba5e0cbbfe13862a5719b6050208ff7e80")]
    [InlineData("test", "semantic-tokenizer", 68, "58ecfe38b36daf229c51101bf30f1a8485421b1c247339a4b0e9ec2086b20079")]
    [InlineData("test", "semantic-lm", 17, "f6c1b5b3e528d160799d07ac38a00f93caf7b3e07223c60f0e35c4210c32c580")]
    [InlineData("test", "denoiser", 120, "afe223c5b6eb295dee77c418ee30c6aa0c76e4ffc152fe997491f23991455e4c")]
    [InlineData("test", "autoencoder", 59, "2fa502f2bea6910b34d38f12f2dc62032a9dc7a902f9dc9a1468ac1308a240da")]
    public void NamesTypesAndShapesAreThoseOfTheModelsThereAre(string preset, string part, int count, string hash)
    {
        using var parameters = ParameterFactory.Meta();
        using var parts = new ModelParts(ModelConfig.FromPreset(preset), parameters);
        var lines = parts
            .All.Single(p => p.Part.Name == part)
            .Module.state_dict()
            .Select(s => $"{s.Key} {s.Value.dtype} [{string.Join(", ", s.Value.shape)}]\n")
            .ToList();
        var text = string.Concat(lines.Order(StringComparer.Ordinal));
        Assert.Equal((count, hash), (lines.Count, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))));
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
