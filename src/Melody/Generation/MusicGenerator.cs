using System.Runtime.CompilerServices;
using Melody.Audio;
using Melody.Autoencoder;
using Melody.Music;

namespace Melody;

/// <summary>
/// Makes music with a <see cref="MusicModel"/>: from a sentence or from other music, at once or as a stream, before or
/// after or inside music that is there. Light, and safe for use by several threads at once; the model is shared.
/// </summary>
/// <param name="model">The networks; they stay the caller's to dispose.</param>
public sealed class MusicGenerator(MusicModel model)
{
    /// <summary>Of everything that is made, Hz.</summary>
    public int SampleRate => model.SampleRate;

    /// <summary>Makes a piece of music.</summary>
    /// <param name="prompt">A sentence, or music whose style to follow.</param>
    /// <param name="options">Length, seed, tempo, steps and more.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public Task<GenerationResult> GenerateAsync(
        MusicPrompt prompt,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Task.Run(() => BestOf(prompt, options ?? new(), progress, cancellation), cancellation);

    private GenerationResult BestOf(
        MusicPrompt prompt,
        GenerationOptions options,
        IProgress<GenerationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var first = Plan(prompt, options);
        if (options.BestOf == 1)
            return Make(first, progress, cancellation);
        GenerationResult? best = null;
        double nearest = double.NegativeInfinity;
        for (int i = 0; i < options.BestOf; i++)
        {
            var plan = first.Alone(first.Recipe.Seed + i);
            var made = Make(plan, ScaledProgress.Of(progress, (double)i / options.BestOf, 1.0 / options.BestOf), cancellation);
            double likeness = PromptLikeness.Of(model, plan.Request.Prefix, made.Audio);
            if (likeness > nearest)
                (best, nearest) = (made, likeness);
        }
        return best!;
    }

    private GenerationResult Make(GenerationPlan plan, IProgress<GenerationProgress>? progress, CancellationToken cancellation)
    {
        var loudness = plan.Options.Loudness ?? LoudnessMode.Whole;
        using var stream = new MusicStream(model, plan, loudness == LoudnessMode.Whole ? LoudnessMode.Raw : loudness);
        var samples = new List<float>();
        while (stream.Next(progress, cancellation) is { } next)
            samples.AddRange(next);
        return Result([.. samples], loudness, plan, stream.Latents) with { Borders = [.. stream.Borders] };
    }

    /// <summary>
    /// Makes a piece of music and hands it out while it is made: the first chunk after one window, then a chunk a hop. The
    /// samples are those of <see cref="GenerateAsync"/> with the same loudness mode, which must not be
    /// <see cref="LoudnessMode.Whole"/>.
    /// </summary>
    /// <param name="prompt">A sentence, or music whose style to follow.</param>
    /// <param name="options">Length, seed, tempo, steps and more.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public async IAsyncEnumerable<AudioChunk> StreamAsync(
        MusicPrompt prompt,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        if (options?.Loudness == LoudnessMode.Whole)
            throw new MelodyException(
                "A stream cannot be brought to the loudness of the whole, which it does not know yet; use the first window's loudness or raw samples."
            );
        RequireOne(options);
        var plan = await Task.Run(() => Plan(prompt, options), cancellation).ConfigureAwait(false);
        using var stream = new MusicStream(model, plan, plan.Options.Loudness ?? LoudnessMode.FirstWindow);
        long start = 0;
        while (await Task.Run(() => stream.Next(progress, cancellation), cancellation).ConfigureAwait(false) is { } samples)
        {
            yield return new AudioChunk(samples, model.SampleRate, start, plan.Recipe);
            start += samples.Length;
        }
    }

    /// <summary>
    /// Goes on from a piece of music, mono and at the model's rate. Its own samples stay as they are but for the last 30 ms, a
    /// crossfade, and what is beyond its last whole latent frame (less than 20 ms with <c>mini</c>), which is left out.
    /// </summary>
    /// <param name="music">The beginning, at least half a second.</param>
    /// <param name="prompt">Where it should go; null for more of the same.</param>
    /// <param name="options">How many seconds to add, seed and more.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public Task<GenerationResult> ContinueAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        Task.Run(
            () =>
            {
                ArgumentNullException.ThrowIfNull(music);
                RequireOneRawOrWhole(options);
                var plan = GenerationPlan.Make(model, "continue", prompt ?? MusicPrompt.FromAudio(music), options ?? new());
                var known = KnownMusic.Of(model, music, cancellation);
                int hop = model.Networks.Autoencoder.HopLength,
                    channels = known.Latents.Channels,
                    begun = known.Latents.Frames;
                long added = (long)Math.Round(plan.Options.Seconds * model.SampleRate);
                long frames = (added + hop - 1) / hop;
                var latents = new List<float>(known.Latents.Values.ToArray());
                using (
                    var writer = new SongWriter(
                        model,
                        plan.Request with
                        {
                            Earlier = known.Tokens,
                        },
                        known.Latents.Values.Span,
                        plan.Options
                    )
                )
                    while (writer.Frames < begun + frames)
                    {
                        double done = (writer.Frames - begun) / (double)frames,
                            share = Math.Min(1, (writer.FramesAfterNext(begun + frames) - begun) / (double)frames) - done;
                        latents.AddRange(writer.Write(begun + frames, ScaledProgress.Of(progress, done, share), cancellation));
                    }
                var whole = new AudioLatents([.. latents.Take((int)(begun + frames) * channels)], channels, known.Latents.Rate);
                var samples = new float[known.Samples.Length + added];
                known.Samples.CopyTo(samples, 0);
                DecodeOver(samples, whole, begun, begun + (int)frames, cancellation);
                return Result(samples, plan.Options.Loudness ?? LoudnessMode.Raw, plan, whole);
            },
            cancellation
        );

    /// <summary>Makes a stretch of a piece anew; outside it the samples stay as they are but for a crossfade of 30 ms.</summary>
    /// <param name="music">The piece.</param>
    /// <param name="startSeconds">Where the stretch begins.</param>
    /// <param name="endSeconds">Where it ends.</param>
    /// <param name="prompt">What it should be like; null for what the piece is like.</param>
    /// <param name="options">Seed, steps and more; the length is the piece's.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The music, the stretch, the prompt or an option cannot be used.</exception>
    public Task<GenerationResult> InpaintAsync(
        AudioClip music,
        double startSeconds,
        double endSeconds,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        Task.Run(
            () =>
            {
                ArgumentNullException.ThrowIfNull(music);
                if (!(startSeconds >= 0 && startSeconds < endSeconds && endSeconds <= music.Seconds + 1e-6))
                    throw new MelodyException(
                        FormattableString.Invariant(
                            $"The range {startSeconds} to {endSeconds} does not lie inside the audio, which lasts {music.Seconds:F2} seconds."
                        )
                    );
                RequireOneRawOrWhole(options);
                var plan = GenerationPlan.Make(model, "inpaint", prompt ?? MusicPrompt.FromAudio(music), options ?? new());
                plan = plan with { Recipe = plan.Recipe with { RangeStart = startSeconds, RangeEnd = endSeconds } };
                var known = KnownMusic.Of(model, music, cancellation);
                int start = Math.Min((int)(startSeconds * known.Latents.Rate), known.Latents.Frames - 1);
                int end = Math.Clamp((int)Math.Ceiling(endSeconds * known.Latents.Rate - 1e-6), start + 1, known.Latents.Frames);
                var latents = new AudioLatents(
                    new Inpainter(model, plan).Fill(known, start, end, progress, cancellation),
                    known.Latents.Channels,
                    known.Latents.Rate
                );
                float[] samples = [.. known.Samples];
                DecodeOver(samples, latents, start, end, cancellation);
                if (end < known.Latents.Frames)
                    samples = [.. samples, .. known.Rest];
                return Result(samples, plan.Options.Loudness ?? LoudnessMode.Raw, plan, latents);
            },
            cancellation
        );

    /// <summary>
    /// Makes a loop of a piece: music whose end leads into its beginning, to be played round and round. A second around the
    /// joint is made anew; all else stays as it is, mono and at the model's rate.
    /// </summary>
    /// <param name="music">The piece, at least two seconds.</param>
    /// <param name="prompt">What the joint should be like; null for what the piece is like.</param>
    /// <param name="options">
    /// Seed, steps and more. With a tempo, from here or from the prompt's words, the piece is cut to whole bars of the metre
    /// (4/4 when none is given), to the nearest sample; its last bar may lack 25 ms, which are made anew.
    /// </param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <returns>
    /// The loop; its latents begin with it. Where its length is no whole number of frames they are rounded up, and those from
    /// its middle on come late by what was added, less than a frame.
    /// </returns>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public async Task<GenerationResult> LoopAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(music);
        options ??= new();
        options.Validate();
        var controls = GenerationPlan.Controls(prompt, options);
        var mono = await Task.Run(() => SoundTensor.Mono(music, model), cancellation).ConfigureAwait(false);
        int hop = model.Networks.Autoencoder.HopLength;
        var cut = LoopCut.Of(mono, hop, controls.Bpm, controls.Metre);
        double joint = (double)cut.Joint / model.SampleRate,
            length = (double)cut.Samples / model.SampleRate;
        var turned = await InpaintAsync(
                AudioClip.Adopt(cut.Turned(mono.Samples), model.SampleRate, 1),
                joint - LoopCut.ReachSeconds,
                joint + LoopCut.ReachSeconds,
                prompt ?? MusicPrompt.FromAudio(music),
                options with
                {
                    Loudness = options.Loudness == LoudnessMode.Whole ? LoudnessMode.Raw : options.Loudness,
                },
                progress,
                cancellation
            )
            .ConfigureAwait(false);
        var loop = AudioClip.Adopt(LoopCut.Turn(turned.Audio.Samples[..cut.Samples], cut.Joint), model.SampleRate, 1);
        if (options.Loudness == LoudnessMode.Whole)
            loop = LoopCut.Normalize(loop, options.TargetLoudness);
        return new(
            loop,
            new(
                LoopCut.Turn(turned.Latents.Values.Span, cut.Joint / hop * turned.Latents.Channels),
                turned.Latents.Channels,
                turned.Latents.Rate
            ),
            turned.Recipe with
            {
                Task = "loop",
                Options = turned.Recipe.Options with { Loudness = options.Loudness },
                RangeStart = length - LoopCut.ReachSeconds,
                RangeEnd = length + LoopCut.ReachSeconds,
            }
        );
    }

    /// <summary>Sound to latents, mono and at the model's rate.</summary>
    /// <exception cref="MelodyException">The audio has no samples or is too long.</exception>
    public Task<AudioLatents> EncodeAsync(AudioClip audio, CancellationToken cancellation = default) =>
        Task.Run(
            () =>
            {
                ArgumentNullException.ThrowIfNull(audio);
                using var use = ModelUse.Of(model);
                return new LatentCodec(model.Networks.Autoencoder).Encode(SoundTensor.Mono(audio, model).Samples, cancellation);
            },
            cancellation
        );

    /// <summary>Latents to sound.</summary>
    /// <exception cref="MelodyException">The latents are of another model.</exception>
    public Task<AudioClip> DecodeAsync(AudioLatents latents, CancellationToken cancellation = default) =>
        Task.Run(
            () =>
            {
                ArgumentNullException.ThrowIfNull(latents);
                if (latents.Values.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    throw new MelodyException("The latents hold values that are not finite numbers.");
                using var use = ModelUse.Of(model);
                return AudioClip.Adopt(new LatentCodec(model.Networks.Autoencoder).Decode(latents, cancellation), model.SampleRate, 1);
            },
            cancellation
        );

    private static void RequireOne(GenerationOptions? options)
    {
        if (options is { BestOf: > 1 })
            throw new MelodyException("The best of several is chosen of whole new pieces only; leave that number at 1 here.");
    }

    private static void RequireOneRawOrWhole(GenerationOptions? options)
    {
        RequireOne(options);
        if (options?.Loudness == LoudnessMode.FirstWindow)
            throw new MelodyException(
                "Only new music can take the loudness of its first window; where music is continued or mended, use the whole's loudness or raw samples."
            );
    }

    private GenerationPlan Plan(MusicPrompt prompt, GenerationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return GenerationPlan.Make(model, prompt.Text is null ? "like" : "generate", prompt, options ?? new());
    }

    // Puts the sound of the frames start .. end into the piece; frames before and behind are decoded for their context only.
    private void DecodeOver(float[] samples, AudioLatents latents, int start, int end, CancellationToken cancellation)
    {
        using var use = ModelUse.Of(model);
        var codec = new LatentCodec(model.Networks.Autoencoder);
        int fade = (int)(Splice.FadeSeconds * model.SampleRate),
            margin = codec.DecoderContext + (fade + codec.HopLength - 1) / codec.HopLength;
        int from = Math.Max(0, start - margin),
            to = Math.Min(latents.Frames, end + margin);
        var take = codec.Decode(latents.Slice(from, to - from), cancellation);
        Splice.Over(samples, take, (long)from * codec.HopLength, (long)start * codec.HopLength, (long)end * codec.HopLength, fade);
    }

    private GenerationResult Result(float[] samples, LoudnessMode loudness, GenerationPlan plan, AudioLatents latents)
    {
        var audio = AudioClip.Adopt(samples, model.SampleRate, 1);
        if (loudness == LoudnessMode.Whole)
            audio = LoudnessNormalizer.Normalize(audio, plan.Options.TargetLoudness);
        return new(audio, latents, plan.Recipe);
    }
}
