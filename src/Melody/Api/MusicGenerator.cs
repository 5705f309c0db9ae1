using System.Runtime.CompilerServices;
using Melody.Audio;
using Melody.Autoencoder;
using Melody.Generation;

namespace Melody;

/// <summary>
/// Makes music with a <see cref="MusicModel"/>: from a sentence or from other music, at once or as a stream, before or
/// after or inside music that is there. Light, and safe for use by several threads at once; the model is shared.
/// </summary>
/// <param name="model">The networks; they stay the caller's to dispose.</param>
public sealed class MusicGenerator(MusicModel model)
{
    /// <summary>Sample rate of all output, Hz.</summary>
    public int SampleRate => model.SampleRate;

    /// <summary>Channels of all output, 1 or 2.</summary>
    public int Channels => model.Channels;

    /// <summary>The networks.</summary>
    internal MusicModel Model => model;

    /// <summary>This generator behind the interface that programs share with other generators, such as one of a test.</summary>
    /// <param name="disposeModel">Whether disposing of it disposes of the model.</param>
    public IMusicGenerator AsMusicGenerator(bool disposeModel = false) => new ModelMusicGenerator(this, disposeModel ? model : null);

    /// <summary>Makes a piece of music.</summary>
    /// <param name="prompt">A sentence, or music whose style to follow.</param>
    /// <param name="options">Length, seed, tempo, steps and more.</param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public Task<GenerationResult> GenerateAsync(
        MusicPrompt prompt,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => MakeAsync(MusicRequest.From(prompt), options, progress, cancellation);

    /// <summary>
    /// Makes a piece of music and hands it out while it is made: the first chunk after one window, then a chunk a hop. The
    /// samples are those of <see cref="GenerateAsync"/> with the same loudness mode, which must not be
    /// <see cref="LoudnessMode.Whole"/>.
    /// </summary>
    /// <param name="prompt">A sentence, or music whose style to follow.</param>
    /// <param name="options">Length, seed, tempo, steps and more.</param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public IAsyncEnumerable<AudioChunk> StreamAsync(
        MusicPrompt prompt,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => ChunksAsync(MusicRequest.From(prompt), options ?? new(), progress, cancellation);

    /// <summary>
    /// Goes on from a piece of music, in the model's channels and at its rate. Its own samples stay as they are but for the last 30 ms, a
    /// crossfade, and what is beyond its last whole latent frame (less than 20 ms with <c>mini</c>), which is left out.
    /// </summary>
    /// <param name="music">The beginning, at least half a second.</param>
    /// <param name="prompt">Where it should go; null for more of the same.</param>
    /// <param name="options">How many seconds to add, seed and more.</param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public Task<GenerationResult> ContinueAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => MakeAsync(new(MusicTask.Continue) { Source = music, Prompt = prompt }, options, progress, cancellation);

    /// <summary>
    /// Goes on from a piece of music and hands the whole out while it is made: the first chunk is the piece with the first moments that
    /// follow it. The samples are those of <see cref="ContinueAsync"/>.
    /// </summary>
    /// <param name="music">The beginning, at least half a second.</param>
    /// <param name="prompt">Where it should go; null for more of the same.</param>
    /// <param name="options">How many seconds to add, seed and more; the loudness can only be <see cref="LoudnessMode.Raw"/>.</param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public IAsyncEnumerable<AudioChunk> StreamContinuationAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => ChunksAsync(new(MusicTask.Continue) { Source = music, Prompt = prompt }, options ?? new(), progress, cancellation);

    /// <summary>
    /// Makes music that leads into a piece, in the model's channels and at its rate. The samples of the piece stay as they are but for the
    /// first 30 ms, a crossfade.
    /// </summary>
    /// <param name="music">What follows, at least half a second.</param>
    /// <param name="prompt">What the beginning should be like; null for what the piece is like.</param>
    /// <param name="options">
    /// How many seconds to make, seed and more. The seconds are rounded up to whole semantic tokens (40 ms with <c>mini</c>).
    /// </param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public Task<GenerationResult> PrependAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => MakeAsync(new(MusicTask.Prepend) { Source = music, Prompt = prompt }, options, progress, cancellation);

    /// <summary>Makes a stretch of a piece again; outside it the samples stay as they are but for a crossfade of 30 ms.</summary>
    /// <param name="music">The piece.</param>
    /// <param name="startSeconds">Where the stretch begins.</param>
    /// <param name="endSeconds">Where it ends.</param>
    /// <param name="prompt">What it should be like; null for what the piece is like.</param>
    /// <param name="options">Seed, steps and more; the length is the piece's.</param>
    /// <param name="progress">Reports how far the work is.</param>
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
        MakeAsync(
            new(MusicTask.Inpaint)
            {
                Source = music,
                Prompt = prompt,
                Start = startSeconds,
                End = endSeconds,
            },
            options,
            progress,
            cancellation
        );

    /// <summary>
    /// Makes a loop from a piece: music whose end leads into its beginning, to be played round and round. A second around the
    /// seam is regenerated; all else stays as it is, in the model's channels and at its rate.
    /// </summary>
    /// <param name="music">The piece, at least two seconds.</param>
    /// <param name="prompt">What the seam should be like; null for what the piece is like.</param>
    /// <param name="options">
    /// Seed, steps and more. With a tempo, from here or from the prompt's words, the piece is cut to whole bars of the metre
    /// (4/4 when none is given), to the nearest sample; its last bar may lack 25 ms, which are regenerated.
    /// </param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <returns>
    /// The loop; its latents begin with it. Where its length is not a whole number of frames they are rounded up, and those from
    /// its middle on come late by what was added, less than a frame.
    /// </returns>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    public Task<GenerationResult> LoopAsync(
        AudioClip music,
        MusicPrompt? prompt = null,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellation = default
    ) => MakeAsync(new(MusicTask.Loop) { Source = music, Prompt = prompt }, options, progress, cancellation);

    /// <summary>Sound to latents, in the model's channels and at its rate.</summary>
    /// <exception cref="MelodyException">The audio has no samples or is too long.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public async Task<AudioLatents> EncodeAsync(AudioClip audio, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        MusicModel.RequireOtherThread();
        var sound = await SoundTensor.GivenAsync(audio, model, cancellation).ConfigureAwait(false);
        model.RequireOpen();
        var codec = model.Networks.Codec;
        float[] values = await model.WorkAsync(token => codec.EncodeInterleaved(sound.Samples, token), cancellation).ConfigureAwait(false);
        var latents = new AudioLatents(values, codec.LatentChannels, codec.LatentRate);
        Finite.RequireAll(latents.Values.Span);
        return latents;
    }

    /// <summary>Latents to sound.</summary>
    /// <exception cref="MelodyException">The latents are of another model.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public async Task<AudioClip> DecodeAsync(AudioLatents latents, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.Values.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new MelodyException("The latents hold values that are not finite numbers.");
        model.RequireOpen();
        var codec = model.Networks.Codec;
        LatentFormat.Require(latents, codec);
        float[] samples = await model
            .WorkAsync(token => codec.DecodeInterleaved(latents.Values.Span, token), cancellation)
            .ConfigureAwait(false);
        return AudioClip.Adopt(Finite.Require(samples), SampleRate, Channels);
    }

    /// <summary>Makes what is asked for; of several pieces the one that is nearest to its prompt.</summary>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    internal async Task<GenerationResult> MakeAsync(
        MusicRequest request,
        GenerationOptions? options,
        IProgress<GenerationProgress>? progress,
        CancellationToken cancellation
    )
    {
        var plan = await GenerationPlan.ReadAsync(model, request, options ?? new(), cancellation).ConfigureAwait(false);
        var loudness = plan.Options.Loudness ?? request.UsualLoudness;
        int count = plan.Options.BestOf;
        if (count == 1)
            return await PieceAsync(plan, loudness, progress, cancellation).ConfigureAwait(false);
        var (best, nearest) = ((GenerationResult?)null, double.NegativeInfinity);
        for (int i = 0; i < count; i++)
        {
            var share = progress is null ? null : new PieceProgress(progress, i, count);
            var made = await PieceAsync(plan.Candidate(i), loudness, share, cancellation).ConfigureAwait(false);
            var prefix = plan.Conditions.Prefix;
            double likeness = await PromptLikeness.OfAsync(model, prefix, made.Audio, cancellation).ConfigureAwait(false);
            if (likeness > nearest)
                (best, nearest) = (made, likeness);
        }
        return best!;
    }

    /// <summary>Makes what is asked for and hands it out while it is made.</summary>
    /// <exception cref="MelodyException">The music, the prompt or an option cannot be used.</exception>
    internal async IAsyncEnumerable<AudioChunk> ChunksAsync(
        MusicRequest request,
        GenerationOptions options,
        IProgress<GenerationProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        MusicRequest.CheckStream(options);
        var plan = await GenerationPlan.ReadAsync(model, request, options, cancellation).ConfigureAwait(false);
        var loudness = options.Loudness ?? request.StreamedLoudness;
        using var session = await Session.OpenAsync(model, plan, loudness, cancellation).ConfigureAwait(false);
        long start = 0;
        await foreach (var samples in session.WholeAsync(progress, cancellation).ConfigureAwait(false))
        {
            yield return new AudioChunk(samples, SampleRate, start, plan.Recipe) { Channels = Channels };
            start += samples.Length / Channels;
        }
    }

    private async Task<GenerationResult> PieceAsync(
        GenerationPlan plan,
        LoudnessMode loudness,
        IProgress<GenerationProgress>? progress,
        CancellationToken cancellation
    )
    {
        using var session = await Session.OpenAsync(model, plan, loudness, cancellation).ConfigureAwait(false);
        var take = new List<float>();
        while (await session.NextAsync(progress, cancellation).ConfigureAwait(false) is { } samples)
            take.AddRange(samples);
        return await Task.Run(() => plan.Finish(session.Whole([.. take]), SampleRate, Channels, session.Latents, loudness), cancellation)
            .WaitAsync(cancellation) // long music is not waited for
            .ConfigureAwait(false) with
        {
            Seams = [.. session.Seams],
        };
    }
}
