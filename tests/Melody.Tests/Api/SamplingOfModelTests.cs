using Melody.Diffusion;
using Melody.Models;
using Melody.Weights;

namespace Melody.Tests.Api;

/// <summary>What a model says of its sampling counts where nobody says otherwise.</summary>
public sealed class SamplingOfModelTests
{
    private static readonly DenoiserConfig Plain = Parts.Denoiser.Config("test");

    private static readonly DenoiserConfig Telling = Plain with
    {
        Sampling = new()
        {
            Steps = 1,
            Guidance = 1,
            PromptGuidance = 0,
            CleanContext = true,
        },
    };

    [Fact]
    public void A_model_that_says_nothing_is_sampled_as_ever()
    {
        var sampling = new GenerationOptions().Sampling(Plain with { Sampling = null });
        Assert.Equal((10, 1.5, 2.0, false), (sampling.Steps, sampling.Guidance, sampling.PromptGuidance, sampling.CleanContext));
    }

    [Fact]
    public void A_model_is_sampled_as_it_says()
    {
        var sampling = new GenerationOptions().Sampling(Telling);
        Assert.Equal((1, 1.0, 0.0, true), (sampling.Steps, sampling.Guidance, sampling.PromptGuidance, sampling.CleanContext));
    }

    [Fact]
    public void What_is_asked_for_comes_first_and_a_recipe_holds_all_of_it()
    {
        var written = new GenerationOptions { Steps = 5, Guidance = 2 }.WithSampling(Telling);
        Assert.Equal((5, 2.0, 0.0, true), (written.Steps, written.Guidance, written.PromptGuidance, written.CleanContext));
        Assert.True(
            new GenerationOptions { CleanContext = true }
                .Sampling(Plain)
                .CleanContext
        );
    }
}
