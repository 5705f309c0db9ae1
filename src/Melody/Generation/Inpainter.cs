using Melody.Diffusion;
using Melody.Foundation;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody;

/// <summary>
/// Makes a stretch of frames anew between frames that stay (paper, appendix C: inpainting). Tokens of the stretch come from
/// the language model after those before it. A stretch that fits a window with room on both sides is made at once;
/// a longer one is continued from the left until what is left fits.
/// </summary>
internal sealed class Inpainter(MusicModel model, GenerationPlan plan)
{
    private const ulong NoiseStream = 0x4D61736B; // "Mask"

    private readonly TimeGrid _grid = TimeGrid.Of(model.Config.Denoiser);
    private readonly int _channels = model.Config.Denoiser.LatentChannels;

    /// <summary>New latents for a piece in which frames <paramref name="start"/> .. <paramref name="end"/> are replaced; all others stay bit by bit.</summary>
    public float[] Fill(KnownMusic music, long start, long end, IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        using var use = ModelUse.Of(model);
        using var scope = NewDisposeScope();
        long total = music.Latents.Frames;
        long[] tokens = Tokens(music, start, end, cancellation);
        progress?.Report(new("semantic tokens", 0.3));

        float[] latents = music.Latents.Values.ToArray();
        var noise = new CounterRandom(plan.Request.Seed, NoiseStream).Normal(0, 1, end - start, _channels);
        var contextNoise = new ContextNoise(plan.Request.Seed, _channels);
        var sampler = new LatentSampler(model.Networks.Denoiser, plan.Options.Diffusion(), model.Networks.PromptOf(plan.Request.Prefix));
        for (long at = start; at < end; )
        {
            using var step = NewDisposeScope();
            bool last = end - at <= _grid.WindowFrames / 2 || total <= _grid.WindowFrames;
            long before = last ? Math.Max(0, (_grid.WindowFrames - (end - at)) / 2) : _grid.WindowFrames / 2;
            long first = Math.Clamp(at - before, 0, Math.Max(0, total - _grid.WindowFrames));
            long length = Math.Min(_grid.WindowFrames, total - first);
            long until = Math.Min(end, first + length),
                accepted = last ? end : Math.Min(until, at + _grid.HopFrames);

            var (firstToken, count) = _grid.TokensOf(first, length);
            var mask = new bool[length];
            Array.Fill(mask, true, (int)(at - first), (int)(until - at));
            // what lies behind the gap is unknown to a window that does not reach its end
            var windowNoise = contextNoise.Of(first, length);
            windowNoise.narrow(1, at - first, until - at).copy_(noise.narrow(1, at - start, until - at));
            var known = LatentTensor.Of(latents.AsSpan((int)first * _channels, (int)length * _channels), _channels, model.TorchDevice);
            var result = sampler.Inpaint(
                known,
                mask,
                tensor(tokens.AsSpan((int)firstToken, (int)count).ToArray(), [1, count], device: model.TorchDevice),
                windowNoise.to(model.TorchDevice),
                null,
                cancellation
            );
            LatentTensor.Values(result.narrow(1, at - first, accepted - at)).CopyTo(latents, at * _channels);
            at = accepted;
            progress?.Report(new("diffusion", 0.3 + 0.7 * (at - start) / (end - start)));
        }
        return latents;
    }

    // the known tokens outside the stretch; in it, what the language model goes on with from the left
    private long[] Tokens(KnownMusic music, long start, long end, CancellationToken cancellation)
    {
        long needed = _grid.TokensUntil(music.Latents.Frames);
        int from = (int)Math.Min(start * _grid.TokenRate / _grid.FrameRate, music.Tokens.Length),
            to = (int)_grid.TokensUntil(end);
        using var session = model.Networks.Sampler.Open([plan.Request with { Earlier = music.Tokens[..from] }], plan.Options.Semantic());
        long[] filled = [.. music.Tokens[..from], .. session.Next(to - from, null, cancellation)[0]];
        if (to < music.Tokens.Length)
            filled = [.. filled, .. music.Tokens[to..]];
        // a last frame may begin in a token that the tokenizer did not complete
        while (filled.Length < needed)
            filled = [.. filled, filled[^1]];
        return filled;
    }
}
