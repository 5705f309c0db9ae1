using Melody.Audio;
using Melody.Studio.Orders;

namespace Melody.Studio.Engine;

/// <summary>
/// The library as an engine. New pieces are taken from a stream, so that they can be heard while they are made; the samples are those of
/// <see cref="MusicGenerator.GenerateAsync"/>.
/// </summary>
/// <param name="model">The networks; they stay the caller's to dispose.</param>
internal sealed class MelodyEngine(MusicModel model) : IMusicEngine
{
    private readonly MusicGenerator _generator = new(model);

    /// <inheritdoc/>
    public EngineInfo Info { get; } =
        new(model.Id, model.Preset, model.Hash, model.SampleRate, model.IsTrained, model.Device, model.Parts, model.Channels);

    /// <inheritdoc/>
    public PromptUnderstanding Understand(string prompt) => PromptUnderstanding.Of(prompt, model.Networks.JointEmbedding.Vocabulary);

    /// <inheritdoc/>
    public IEndlessSound Endless(string prompt) =>
        new MelodyEndless(EndlessMusic.Start(model, prompt, new() { Channels = model.Channels }));

    /// <inheritdoc/>
    public async Task<MadeMusic> MakeAsync(
        MusicOrder order,
        int piece,
        AudioClip? source,
        IProgress<GenerationProgress> progress,
        Action<ReadOnlyMemory<float>>? listener,
        CancellationToken cancellation
    )
    {
        var options = order.OptionsOf(piece);
        var prompt =
            order.Task == OrderTask.Like ? MusicPrompt.FromAudio(source!)
            : order.Prompt is { } words ? MusicPrompt.FromText(words)
            : null;
        if (order.Task is OrderTask.Generate or OrderTask.Like)
            return options.BestOf > 1
                ? Made(await _generator.GenerateAsync(prompt!, options, progress, cancellation).ConfigureAwait(false))
                : await StreamAsync(prompt!, options, progress, listener, cancellation).ConfigureAwait(false);
        return Made(
            await (
                order.Task switch
                {
                    OrderTask.Continue => _generator.ContinueAsync(source!, prompt, options, progress, cancellation),
                    OrderTask.Prepend => _generator.PrependAsync(source!, prompt, options, progress, cancellation),
                    OrderTask.Inpaint => _generator.InpaintAsync(
                        source!,
                        order.From!.Value,
                        Math.Min(order.To!.Value, source!.Seconds),
                        prompt,
                        options,
                        progress,
                        cancellation
                    ),
                    _ => _generator.LoopAsync(source!, prompt, options, progress, cancellation),
                }
            ).ConfigureAwait(false)
        );
    }

    private static MadeMusic Made(GenerationResult result) => new(result.Audio, result.Recipe);

    private async Task<MadeMusic> StreamAsync(
        MusicPrompt prompt,
        GenerationOptions options,
        IProgress<GenerationProgress> progress,
        Action<ReadOnlyMemory<float>>? listener,
        CancellationToken cancellation
    )
    {
        var raw = options with { Loudness = LoudnessMode.Raw };
        var samples = new List<float>();
        GenerationRecipe? recipe = null;
        float gain = 1;
        await foreach (var chunk in _generator.StreamAsync(prompt, raw, progress, cancellation).ConfigureAwait(false))
        {
            if (recipe is null)
                gain = GainOf(chunk, options.TargetLoudness);
            recipe = chunk.Recipe;
            samples.AddRange(chunk.Samples.Span);
            listener?.Invoke(Louder(chunk.Samples.Span, gain));
        }
        var audio = AudioClip.Adopt([.. samples], model.SampleRate, model.Channels);
        audio = await Task.Run(() => LoudnessNormalizer.Normalize(audio, options.TargetLoudness), cancellation).ConfigureAwait(false);
        var made = recipe!.Options with { Loudness = options.Loudness };
        return new(audio, recipe with { Options = made, Seconds = Math.Round(audio.Seconds, 6) });
    }

    // what is heard while music is made: about as loud as the whole will be, and never clipped
    private static float GainOf(AudioChunk first, double target)
    {
        var clip = new AudioClip(first.Samples.Span, first.SampleRate, first.Channels);
        double decibels = LoudnessNormalizer.GainFor(LoudnessMeter.Of(clip).Integrated, target);
        return (float)Math.Pow(10, decibels / 20);
    }

    private static float[] Louder(ReadOnlySpan<float> samples, float gain)
    {
        var louder = new float[samples.Length];
        for (int i = 0; i < samples.Length; i++)
            louder[i] = Math.Clamp(samples[i] * gain, -1, 1);
        return louder;
    }
}
