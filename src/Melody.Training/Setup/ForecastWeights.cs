using Melody.Diffusion;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Setup;

/// <summary>
/// Where the denoiser's forecast of latents begins: at the ridge regression of a corpus' latents on the vectors of the
/// tokens around them and of the prompt, which takes a minute and predicts more than a denoiser has learned to after
/// thousands of steps. It learns on like all other weights.
/// </summary>
internal static class ForecastWeights
{
    /// <summary>Windows that the regression sees.</summary>
    public const int Windows = 4000;

    // of the mean square of an input, for each row
    private const double Ridge = 0.1;

    /// <summary>Fills the forecast of a denoiser that has one.</summary>
    /// <param name="denoiser">The denoiser, with the vectors of its tokens.</param>
    /// <param name="batches">How many batches to see.</param>
    /// <param name="load">
    /// Gives a batch by its number: latents as the denoiser sees them [batch, L, D], tokens [batch, T, codebooks], prompts as it takes
    /// them or null.
    /// </param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>The share of the latents' variance that is predicted in these batches.</returns>
    public static double Begin(
        DualPathDenoiser denoiser,
        int batches,
        Func<long, (Tensor Latents, Tensor Tokens, Tensor? Prompts)> load,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (config, forecast) = (denoiser.Config, denoiser.Forecast!);
        long tokenInputs = (long)config.TokenWidth * config.ForecastTokens,
            inputs = tokenInputs + config.PromptWidth;
        long outputs = (long)forecast.FramesPerToken * config.LatentChannels;
        var device = denoiser.TokenTable.device;
        var gram = zeros([inputs + 1, inputs + 1], ScalarType.Float64, device);
        var moments = zeros([inputs + 1, outputs], ScalarType.Float64, device);
        var squares = zeros([], ScalarType.Float64, device);
        long rows = 0;
        for (int i = 0; i < batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var (latents, tokens, prompts) = load(i);
            var x = Inputs(
                    denoiser.TokenVectors(tokens),
                    config.ForecastTokens,
                    config.PromptWidth == 0 ? null : prompts ?? zeros([tokens.shape[0], config.PromptWidth], device: device)
                )
                .to_type(ScalarType.Float32);
            var y = latents.reshape(-1, outputs).to_type(ScalarType.Float32);
            gram.add_(x.t().matmul(x));
            moments.add_(x.t().matmul(y));
            squares.add_(y.square().sum());
            rows += x.shape[0];
        }
        // an input that is always zero, as what no codebook tells, gets no weight
        var power = gram.diagonal().narrow(0, 0, inputs);
        var penalty = cat([power.maximum(power.mean() * 1e-6) * Ridge, zeros([1], ScalarType.Float64, device)]); // the bias is free
        var solution = linalg.solve(gram + diag(penalty), moments);
        // rows are in the order of tokens, then of their vectors, then of the prompt's; columns of frames, then of channels
        forecast.OfTokens.Weight.copy_(
            solution.narrow(0, 0, tokenInputs).view(config.ForecastTokens, config.TokenWidth, outputs).permute(2, 1, 0)
        );
        forecast.OfTokens.Bias.copy_(solution[-1]);
        forecast.OfPrompt?.Weight.copy_(
            solution.narrow(0, tokenInputs, config.PromptWidth).view(config.PromptWidth, forecast.FramesPerToken, -1).mean([1]).t()
        );
        var means = moments[-1] / rows;
        var residue = squares - 2 * (solution * moments).sum() + (solution * gram.matmul(solution)).sum();
        return 1 - (residue / (squares - rows * means.square().sum())).item<double>();
    }

    /// <summary>
    /// Vectors [batch, T, width] -> those of the tokens around each, zero beyond the ends, the prompt's and a one:
    /// [batch * T, tokens * width + prompt width + 1].
    /// </summary>
    private static Tensor Inputs(Tensor vectors, int tokens, Tensor? prompts)
    {
        long length = vectors.shape[1];
        var padded = nn.functional.pad(vectors, [0, 0, tokens / 2, tokens / 2]);
        var around = Enumerable.Range(0, tokens).Select(i => padded.narrow(1, i, length)).ToList();
        if (prompts is not null)
        {
            // of several frames a token, their mean
            var each = prompts.dim() == 3 ? prompts.unflatten(1, [length, -1]).mean([2L]) : prompts.unsqueeze(1).expand(-1, length, -1);
            around.Add(each);
        }
        around.Add(ones_like(vectors.narrow(2, 0, 1)));
        return cat(around, 2).flatten(0, 1);
    }
}
