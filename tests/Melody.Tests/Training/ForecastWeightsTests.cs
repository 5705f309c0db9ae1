using Melody.Diffusion;
using Melody.Foundation;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using Melody.Tests.Reference;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>The forecast that a denoiser begins with against latents that are known to follow from tokens and prompt.</summary>
public sealed class ForecastWeightsTests
{
    private static readonly DenoiserConfig Sizes = Parts.Denoiser.Config("test") with
    {
        HiddenWidth = 16,
        Blocks = 1,
        Heads = 2,
        SruWidth = 8,
        FeedForwardWidth = 16,
        Frames = 40,
        LatentChannels = 3,
        TokenCount = 50,
        TokenWidth = 5,
        PromptWidth = 4,
        ForecastTokens = 3,
    };

    [Fact]
    public void Latents_that_follow_linearly_are_predicted()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var denoiser = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(Sizes, p));
        double explained = ForecastWeights.Begin(denoiser, 40, i => Batch(denoiser, i, noise: 0), default);
        Assert.InRange(explained, 0.98, 1); // what is missing is the price of the ridge
        // windows that the regression has not seen
        var (latents, tokens, prompts) = Batch(denoiser, 1000, noise: 0);
        var predicted = denoiser.Forecast!.Predict(denoiser.TokenTable.index(tokens), prompts);
        double error = (predicted - latents).square().mean().item<float>(),
            variance = latents.var().item<float>();
        Assert.InRange(error / variance, 0, 0.03);
        // the prompt is a part of it
        Assert.True(
            (denoiser.Forecast.Predict(denoiser.TokenTable.index(tokens), null) - latents).square().mean().item<float>() > 0.1 * variance
        );
    }

    [Fact]
    public void Prompts_of_every_frame_are_followed_frame_by_frame()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var denoiser = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(Sizes, p));
        (Tensor Latents, Tensor Tokens, Tensor? Prompts) Framed(long number)
        {
            var (latents, tokens, _) = Batch(denoiser, number, noise: 0);
            // the same for both frames of a token
            var prompts = FixedValues.Tensor((int)number + 3, 8, 20, 4).repeat_interleave(2, 1);
            return (latents + prompts.matmul(FixedValues.Tensor(5, 4, 3)), tokens, prompts);
        }
        ForecastWeights.Begin(denoiser, 60, Framed, default);
        var (_, tokens, prompts) = Framed(1000);
        var vectors = denoiser.TokenTable.index(tokens);
        var given = denoiser.Forecast!.Predict(vectors, prompts) - denoiser.Forecast.Predict(vectors, null);
        var expected = prompts!.matmul(FixedValues.Tensor(5, 4, 3));
        Assert.InRange((given - expected).square().mean().item<float>() / expected.var().item<float>(), 0, 0.03);
    }

    [Fact]
    public void Of_latents_that_are_half_noise_half_is_predicted()
    {
        using var scope = NewDisposeScope();
        using var denoiser = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(Sizes, p));
        double variance = Batch(denoiser, 0, noise: 0).Latents.var().item<float>();
        Assert.InRange(ForecastWeights.Begin(denoiser, 40, i => Batch(denoiser, i, noise: Math.Sqrt(variance)), default), 0.43, 0.57);
    }

    [Fact]
    public void An_input_that_is_always_zero_is_no_obstacle()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var denoiser = NewNetwork.Create(1, CPU, p => new DualPathDenoiser(Sizes, p));
        denoiser.TokenTable.select(1, 2).zero_();
        Assert.InRange(ForecastWeights.Begin(denoiser, 40, i => Batch(denoiser, i, noise: 0), default), 0.98, 1);
        Assert.Equal(0, denoiser.Forecast!.OfTokens.Weight.select(1, 2).abs().max().item<float>());
    }

    // each frame is a fixed mixture of the tokens before, at and after it and of the prompt
    private static (Tensor Latents, Tensor Tokens, Tensor? Prompts) Batch(DualPathDenoiser denoiser, long number, double noise)
    {
        using var gradients = no_grad();
        var random = new Random((int)number);
        var tokens = tensor(Enumerable.Range(0, 8 * 20).Select(_ => random.NextInt64(50)).ToArray(), [8, 20]);
        var prompts = FixedValues.Tensor((int)number + 7, 8, 4);
        var vectors = nn.functional.pad(denoiser.TokenTable.index(tokens), [0, 0, 1, 1]);
        var latents = prompts.matmul(FixedValues.Tensor(5, 4, 3)).repeat(1, 2).unsqueeze(1) + 1;
        for (int i = 0; i < 3; i++)
            latents = latents + vectors.narrow(1, i, 20).matmul(FixedValues.Tensor(10 + i, 5, 6));
        var unpredictable = new CounterRandom((ulong)number, 3).Normal(0, 8, 40, 3) * noise;
        return (latents.reshape(8, 40, 3) + unpredictable, tokens, prompts);
    }
}
