using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Metrics;
using Melody.Foundation;
using Melody.Generation;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Denoising;

/// <summary>
/// Measures the denoiser apart from the language model: held-out clips are encoded, their own semantic tokens
/// (<see cref="TrueTokens"/>) and, where it hears prompts, their own sound as the prompt or other passages of their pieces as the style
/// condition it, and what it predicts and makes is compared with the clips (MeLoDy, tables 4 and 5).
/// </summary>
internal static class DiffusionEvaluation
{
    private const ulong VelocityStream = 0x56656C,
        SampleStream = 0x536D706C; // "Vel", "Smpl"
    private static readonly double[] Degrees = [.. Enumerable.Range(0, 9).Select(i => 5.0 + 10 * i)];
    private static readonly int[] Steps = [5, 10, 20];

    /// <summary>Measures.</summary>
    /// <param name="model">Autoencoder, tokenizer, denoiser and joint embedding are used.</param>
    /// <param name="embedding">Of the Fréchet distance and of the instruments that are heard.</param>
    /// <param name="windows">Held-out music at the model's rate; cut to the denoiser's window, and compared folded.</param>
    /// <param name="generation">Guidance in sampling, by tokens and by the prompt; steps and schedules are those of the table.</param>
    /// <param name="keep">Receives the original and what the model's own way of sampling made of its tokens, for each clip.</param>
    /// <param name="progress">Reports the share that is done.</param>
    /// <param name="cancellation">Checked before each clip and each step.</param>
    public static DiffusionScores Run(
        MusicModel model,
        IJointEmbedding embedding,
        IReadOnlyList<HeldOutWindow> windows,
        GenerationOptions generation,
        Action<int, AudioClip, AudioClip>? keep = null,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var config = model.Config.Denoiser;
        var usual = generation.Sampling(config);
        int window = config.Frames * model.Config.Codec.LatentHop;
        var whole = windows.Where(w => w.Clip.Frames >= window).ToList();
        if (whole.Count == 0)
            throw new MelodyException(
                FormattableString.Invariant(
                    $"No clip is {(double)window / model.SampleRate:0.#} s long, as the denoiser's window is; give longer music."
                )
            );
        if (model.Networks.Denoiser.Style is not null && whole.RemoveAll(w => w.Others.Count == 0) > 0 && whole.Count == 0)
            throw new MelodyException(
                "No piece has another window beside a clip, whose style the denoiser could hear; give longer pieces."
            );
        var music = whole.ConvertAll(w => w.Clip.Slice(0, window));
        var own = new Way(usual.Schedule, usual.Steps);
        var palette = model.Networks.Denoiser.Style?.Palette;
        Way[] ways =
        [
            new(AngleSchedule.Linear, 1, Guided: false), // what tokens and prompt foresee, and no more
            new(AngleSchedule.Linear, 1),
            new(AngleSchedule.Linear, 2),
            .. new[] { AngleSchedule.Linear, AngleSchedule.Uniform }.SelectMany(s => Steps.Select(n => new Way(s, n))),
            own,
            .. palette is null ? Array.Empty<Way>() : [own with { Palette = true }],
        ];
        ways = [.. ways.Distinct()];
        var velocities = new List<IReadOnlyList<VelocityScore>>();
        var (originals, rebuilt, made) = (new List<float[]>(), new List<float[]>(), ways.Select(_ => new List<float[]>()).ToList());
        var (rebuiltMel, mel, without) = (0.0, new double[ways.Length], 0.0);
        for (int i = 0; i < music.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var known = Encoded(model, music[i], cancellation);
            long[] tokens = Tokens(model, whole[i], cancellation);
            using var prompt = Prompt(model, known, tokens, whole[i].Others, cancellation);
            var (played, unknown) = palette is null ? (tokens, null) : OfPalette(model, tokens, (ulong)i);
            using var _ = unknown;
            var (scores, blind) = Velocity(model, known, tokens, prompt, (ulong)i);
            velocities.Add(scores);
            without += blind / music.Count;
            originals.Add(embedding.Embed(music[i]));
            var copy = Decode(model, known.Latents().Values.ToArray(), cancellation);
            rebuilt.Add(embedding.Embed(copy));
            rebuiltMel += MelDistance.Of(FoldedSound.Pair(music[i], copy)) / music.Count;
            for (int way = 0; way < ways.Length; way++)
            {
                var sound = Sample(
                    model,
                    ways[way].Palette ? played : tokens,
                    ways[way].Palette ? unknown : prompt,
                    usual with
                    {
                        Schedule = ways[way].Schedule,
                        Steps = ways[way].Steps,
                        Guidance = ways[way].Guided ? usual.Guidance : 1,
                        PromptGuidance = ways[way].Guided ? usual.PromptGuidance : 0,
                    },
                    (ulong)i,
                    cancellation
                );
                made[way].Add(embedding.Embed(sound));
                mel[way] += MelDistance.Of(FoldedSound.Pair(music[i], sound)) / music.Count;
                if (ways[way] == own)
                    keep?.Invoke(i, music[i], sound);
                progress?.Invoke((i + (way + 1.0) / ways.Length) / music.Count);
            }
        }
        var target = new EmbeddedMusic(embedding.Name, originals);
        var families = new FamilyRecognizer(embedding);
        var solos = Enumerable.Range(0, music.Count).Where(clip => IsSolo(whole[clip].Record)).ToList();
        return new(
            music.Count,
            music[0].Seconds,
            usual.Guidance,
            usual.PromptGuidance,
            embedding.Name,
            [
                .. Degrees.Select(
                    (d, a) =>
                        new VelocityScore(d, velocities.Average(v => v[a].VelocityError), velocities.Average(v => v[a].SiSnrImprovement))
                ),
            ],
            without,
            [
                .. ways.Select(
                    (w, n) =>
                        new ScheduleScore(
                            w.Schedule,
                            w.Steps,
                            w.Guided,
                            Distance(made[n]),
                            mel[n],
                            Likeness(made[n]),
                            Kept(made[n]),
                            w.Palette
                        )
                ),
            ],
            new(AngleSchedule.Linear, 0, false, Distance(rebuilt), rebuiltMel, Likeness(rebuilt), Kept(rebuilt)),
            solos.Count
        );

        int Kept(List<float[]> vectors) => solos.Count(clip => families.Recognize(vectors[clip]) == families.Recognize(originals[clip]));

        double Likeness(List<float[]> vectors) => originals.Zip(vectors, Cosine.Of).Average();

        double Distance(List<float[]> vectors) => new EmbeddedMusic(embedding.Name, vectors).DistanceTo(target);
    }

    private static bool IsSolo(WindowRecord record) => record.Instruments.Select(i => i.Family).Distinct().Count() == 1;

    private static Timeline Encoded(MusicModel model, AudioClip clip, CancellationToken cancellation)
    {
        using var use = ModelUse.Of(model.Precision);
        return Timeline.Of(model, SoundTensor.Given(clip, model), 1, cancellation);
    }

    private static (IReadOnlyList<VelocityScore> Scores, double WithoutTokens) Velocity(
        MusicModel model,
        Timeline known,
        long[] ids,
        Tensor? heard,
        ulong clip
    )
    {
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var (denoiser, config) = (model.Networks.Denoiser, model.Config.Denoiser);
        var latents = Latents(model, known);
        var noise = new CounterRandom(clip, VelocityStream)
            .Normal(0, Degrees.Length, config.Frames, config.LatentChannels)
            .to(model.TorchDevice);
        var tokens = Tensor(model, ids).expand(Degrees.Length, -1, -1);
        var prompt = heard?.expand([Degrees.Length, .. heard.shape.Skip(1).Select(_ => -1L)]);
        var none = zeros(Degrees.Length, ScalarType.Bool);
        var scores = VelocityMeasure.Of(latents, noise, Degrees, (noisy, angles) => denoiser.forward(noisy, angles, tokens, prompt, null));
        var blind = VelocityMeasure.Of(latents, noise, Degrees, (noisy, angles) => denoiser.forward(noisy, angles, tokens, null, none));
        return (scores, blind.Average(s => s.VelocityError));
    }

    private static AudioClip Sample(
        MusicModel model,
        long[] tokens,
        Tensor? prompt,
        LatentSamplingOptions options,
        ulong clip,
        CancellationToken cancellation
    )
    {
        float[] values;
        using (ModelUse.Of(model.Precision))
        {
            using var scope = NewDisposeScope();
            var config = model.Config.Denoiser;
            var noise = new CounterRandom(clip, SampleStream).Normal(0, 1, config.Frames, config.LatentChannels).to(model.TorchDevice);
            values = new LatentSampler(model.Networks.Denoiser, options, _ => prompt)
                .Generate(Tensor(model, tokens), noise, null, cancellation)
                .to_type(ScalarType.Float32)
                .cpu()
                .data<float>()
                .ToArray();
        }
        return Decode(model, values, cancellation);
    }

    // of as many frames as the denoiser's window has
    private static long[] Tokens(MusicModel model, HeldOutWindow window, CancellationToken cancellation)
    {
        using var use = ModelUse.Of(model.Precision);
        var config = model.Config.Denoiser;
        int count = config.WindowTokens() * config.Sizes().Count;
        return TrueTokens.Of(model, window.Clip, window.Record, cancellation)[..count];
    }

    private static Tensor Tensor(MusicModel model, long[] tokens)
    {
        int books = model.Config.Denoiser.Sizes().Count;
        return tensor(tokens, [1, tokens.Length / books, books], device: model.TorchDevice);
    }

    // what the audio tower makes of the clip, or the style of other passages of its piece, for a denoiser that hears either
    private static Tensor? Prompt(
        MusicModel model,
        Timeline known,
        long[] tokens,
        IReadOnlyList<HeldOutWindow> others,
        CancellationToken cancellation
    )
    {
        if (model.Networks.Denoiser.Style is not null)
        {
            var passages = others.Select(other => Passage(model, other, cancellation)).ToList();
            var both = new StylePassage([.. passages.SelectMany(p => p.Residues)], [.. passages.SelectMany(p => p.Tokens)]);
            return Recalled(model, both, tokens);
        }
        if (model.Config.Denoiser.PromptWidth == 0)
            return null;
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var audio = SoundTensor.ForEmbedding(known.Sound(), model);
        long[] prefix = model.Networks.JointEmbedding.TokensForAudio(audio, cancellation).cpu().data<long>().ToArray();
        return model.Networks.PromptOf(prefix)?.DetachFromDisposeScope();
    }

    private static StylePassage Passage(MusicModel model, HeldOutWindow window, CancellationToken cancellation)
    {
        var config = model.Config.Denoiser;
        var known = Encoded(model, window.Clip, cancellation);
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        long[] tokens = TrueTokens.Of(model, window.Clip, window.Record, cancellation);
        int perToken = config.FramesPerToken(),
            books = config.Sizes().Count,
            count = (int)Math.Min(tokens.Length / books, known.Frames / perToken);
        tokens = tokens[..(count * books)];
        float[] values = known.Latents().Values.ToArray()[..(count * perToken * config.LatentChannels)];
        var latents = tensor(values, [1, count * perToken, config.LatentChannels], device: model.TorchDevice) * config.LatentScale;
        return new(LatentTensor.Values(model.Networks.Denoiser.Style!.Residues(latents, Tensor(model, tokens))), tokens);
    }

    private static Tensor Recalled(MusicModel model, StylePassage passage, long[] tokens)
    {
        using var scope = NewDisposeScope();
        return model.Networks.Denoiser.Style!.Recall(passage, Tensor(model, tokens)).DetachFromDisposeScope();
    }

    // as new music: under a passage that fits what is played, with the tokens and the style that are recalled from it
    private static (long[] Tokens, Tensor? Style) OfPalette(MusicModel model, long[] tokens, ulong clip)
    {
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var style = new MusicStyle(model.Networks, null, [], clip);
        long[] played = style.Complete(tokens, []);
        return (played, style.Recall(Tensor(model, played))?.DetachFromDisposeScope());
    }

    // [1, L, D], scaled as the denoiser sees them
    private static Tensor Latents(MusicModel model, Timeline known)
    {
        var config = model.Config.Denoiser;
        float[] values = known.Latents().Values.ToArray();
        return tensor(values, [1, config.Frames, config.LatentChannels], device: model.TorchDevice) * config.LatentScale;
    }

    private static AudioClip Decode(MusicModel model, float[] latents, CancellationToken cancellation)
    {
        using var use = ModelUse.Of(model.Precision);
        var config = model.Config.Denoiser;
        var samples = model.Networks.Codec.DecodeInterleaved(latents, cancellation);
        int length = config.Frames * model.Config.Codec.LatentHop * model.Channels;
        return AudioClip.Adopt(samples.AsSpan(0, length).ToArray(), model.SampleRate, model.Channels);
    }

    /// <param name="Schedule">How the quarter turn is cut.</param>
    /// <param name="Steps">Into how many steps.</param>
    /// <param name="Guided">Whether with guidance.</param>
    /// <param name="Palette">Whether under a style of the palette, as new music.</param>
    private sealed record Way(AngleSchedule Schedule, int Steps, bool Guided = true, bool Palette = false);
}
