using Melody.Diffusion;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;

namespace Melody.Tests.Diffusion;

/// <summary>Sizes of the presets, counted on parameters without storage.</summary>
public sealed class DenoiserConfigTests
{
    private static double Millions(string preset)
    {
        using var parameters = ParameterFactory.Meta();
        using var denoiser = new DualPathDenoiser(Parts.Denoiser.Config(preset), parameters);
        return denoiser.parameters().Sum(p => p.numel()) / 1e6;
    }

    [Fact]
    public void PaperIsWithinFourPercentOfItsDenoiser() => Assert.InRange(Millions("paper"), 296.6 * 0.96, 296.6 * 1.04);

    [Fact]
    public void MiniAndTestAreSmall()
    {
        Assert.InRange(Millions("mini"), 9, 10.5);
        Assert.InRange(Millions("test"), 0.1, 1);
    }

    [Fact]
    public void PaperHasThePrintedSizes()
    {
        var config = Parts.Denoiser.Config("paper");
        Assert.Equal(
            (768, 8, 64, 2500, 4, 16, 250, 25, 1024, 256),
            (
                config.HiddenWidth,
                config.Blocks,
                config.SegmentLength,
                config.Frames,
                config.Chunks,
                config.LatentChannels,
                config.LatentRate,
                config.TokenRate,
                config.TokenCount,
                config.AngleWidth
            )
        );
    }

    [Fact]
    public void UnknownPresetsAreNamed() =>
        Assert.Contains("huge", Assert.Throws<MelodyException>(() => Parts.Denoiser.Config("huge")).Message, StringComparison.Ordinal);
}
