using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// What the denoiser makes of semantic tokens and prompt before it sees any latents: computed once, used in every sampling step.
/// </summary>
/// <param name="Mean">The mean of E_ST over time, [batch, 1, D_hid].</param>
/// <param name="Prompt">What the prompt adds to each of them, [batch, 1, D_hid]; null for no prompt.</param>
/// <param name="Forecast">
/// What the latents that the tokens predict add to each frame's input, [batch, frames, D_hid]; null for no forecast.
/// </param>
/// <param name="Predicted">
/// The latents that the tokens predict, [batch, frames, D], where they are a part of the output
/// (<see cref="DenoiserConfig.ForecastInOutput"/>).
/// </param>
/// <param name="Layers">
/// Keys (rotated to their times) and values of cross-attention in each RoFormer layer, in the order of blocks and layers; [batch, heads,
/// T, head width].
/// </param>
internal sealed record SemanticCondition(
    Tensor Mean,
    Tensor? Prompt,
    Tensor? Forecast,
    Tensor? Predicted,
    IReadOnlyList<(Tensor Keys, Tensor Values)> Layers
)
{
    /// <summary>The condition of a batch put in another order.</summary>
    public SemanticCondition Select(Tensor examples) =>
        new(
            Mean.index_select(0, examples),
            Prompt?.index_select(0, examples),
            Forecast?.index_select(0, examples),
            Predicted?.index_select(0, examples),
            [.. Layers.Select(l => (l.Keys.index_select(0, examples), l.Values.index_select(0, examples)))]
        );

    /// <summary>The condition of this batch and of another after it, which has the same tokens and no prompt.</summary>
    public SemanticCondition Before(SemanticCondition unprompted) =>
        new(
            cat([Mean, unprompted.Mean], 0),
            Prompt is null ? null : nn.functional.pad(Prompt, [0, 0, 0, 0, 0, unprompted.Mean.shape[0]]),
            Forecast is null ? null : cat([Forecast, unprompted.Forecast!], 0),
            Predicted is null ? null : cat([Predicted, unprompted.Predicted!], 0),
            [.. Layers.Zip(unprompted.Layers, (a, b) => (cat([a.Keys, b.Keys], 0), cat([a.Values, b.Values], 0)))]
        );
}
