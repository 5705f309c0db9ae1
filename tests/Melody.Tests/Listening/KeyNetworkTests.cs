using CsCheck;
using Melody.Evaluation.Estimators;
using Melody.Foundation;
using Melody.Listening;
using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Tests.Listening;

/// <summary>The key network is blind to transposition and learns what it is shown.</summary>
public sealed class KeyNetworkTests
{
    [Fact]
    public void A_transposed_picture_has_the_transposed_key()
    {
        using var parameters = ParameterFactory.Random(3);
        using var network = new KeyNetwork(parameters);
        Gen.Select(Gen.Int[0, 11], Gen.Int[1, 30], Gen.ULong)
            .Sample(
                (steps, frames, seed) =>
                {
                    using var scope = NewDisposeScope();
                    using var gradients = no_grad();
                    var picture = tensor(
                        new CounterRandom(seed, 1).Normal(0, 1, KeyPicture.Channels * 12, frames).data<float>().ToArray(),
                        [1, KeyPicture.Channels, 12, frames]
                    );
                    var (here, there) = (network.forward(picture), network.forward(picture.roll(steps, 2)));
                    Assert.Equal([1, 24], here.shape);
                    Assert.True(here.view(2, 12).roll(steps, 1).allclose(there.view(2, 12), 1e-4, 1e-4));
                },
                iter: 20
            );
    }

    [Fact]
    public void The_picture_holds_each_pitch_in_its_register()
    {
        var frame = new double[PitchSpectrum.Pitches];
        frame[40 - PitchSpectrum.Lowest] = 0.5; // E2
        frame[76 - PitchSpectrum.Lowest] = 0.25; // E5
        using var scope = NewDisposeScope();
        var picture = KeyPicture.Of(new([frame])).ToTensor();
        Assert.Equal([1, 5, 12, 1], picture.shape);
        Assert.Equal(Math.Log(1 + 3 * 0.5), picture[0, 0, 4, 0].item<float>(), 1e-6);
        Assert.Equal(Math.Log(1 + 3 * 0.25), picture[0, 3, 4, 0].item<float>(), 1e-6);
        // the lowest that sounds: E2, or E5 where E2 is silent
        Assert.Equal(Math.Log(1 + 3 * (0.5 + 0.5 * 0.25)), picture[0, 4, 4, 0].item<float>(), 1e-6);
        Assert.Equal(3, picture.count_nonzero().item<long>());
    }

    // a triad over its root, with other notes now and then
    private static KeyPicture Triad(int key, Random random, int frames)
    {
        int tonic = key % 12,
            third = key < 12 ? 4 : 3;
        return KeyPicture.Of(
            new([
                .. Enumerable
                    .Range(0, frames)
                    .Select(_ =>
                    {
                        var frame = new double[PitchSpectrum.Pitches];
                        foreach (int step in new[] { 12, 36, 36 + third, 43 })
                            frame[(tonic + step) % frame.Length] = 0.3 + 0.4 * random.NextDouble();
                        for (int i = 0; i < 3; i++)
                            frame[random.Next(24, 72)] = 0.4 * random.NextDouble();
                        return frame;
                    }),
            ])
        );
    }

    [Fact]
    public void Training_finds_the_keys_of_triads_on_tonics_that_it_never_heard()
    {
        var random = new Random(1);
        // only naturals are shown
        int[] shown = [0, 2, 4, 5, 7, 9, 11];
        var examples = Enumerable
            .Range(0, 96)
            .Select(i => shown[i % 7] + (i % 2 == 0 ? 0 : 12))
            .Select(key => new KeyExample(Triad(key, random, 12), key))
            .ToList();
        using var network = KeyTraining.Fit(examples, passes: 12, cancellation: TestContext.Current.CancellationToken);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (int tonic in new[] { 1, 3, 6, 8, 10 })
        foreach (int key in new[] { tonic, tonic + 12 })
            Assert.Equal(key, network.forward(Triad(key, random, 20).ToTensor()).argmax(1).item<long>());
    }
}
