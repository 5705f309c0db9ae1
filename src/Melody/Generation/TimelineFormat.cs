using Melody.Diffusion;

namespace Melody.Generation;

/// <summary>What a timeline counts: the clock of frames and tokens, and how many values each moment has.</summary>
/// <param name="Grid">Latent frames and semantic tokens.</param>
/// <param name="LatentChannels">Values in a latent frame.</param>
/// <param name="Codebooks">Values in a semantic token.</param>
/// <param name="Hop">Samples of one channel in a latent frame.</param>
/// <param name="Channels">Channels of the sound.</param>
internal sealed record TimelineFormat(TimeGrid Grid, int LatentChannels, int Codebooks, int Hop, int Channels)
{
    /// <summary>Of a model's music.</summary>
    public static TimelineFormat Of(MusicModel model) =>
        new(
            TimeGrid.Of(model.Config.Denoiser),
            model.Config.Denoiser.LatentChannels,
            model.Config.Denoiser.Sizes().Count,
            model.Config.Codec.LatentHop,
            model.Channels
        );
}
