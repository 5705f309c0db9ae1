using System.Collections.Immutable;
using System.Security.Cryptography;
using Melody.Audio;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Prompting;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>A request that was read and checked: what the networks take, and what the result will say about itself.</summary>
/// <param name="Conditions">Prefix tokens, controls and seed for the language model.</param>
/// <param name="Recipe">What was asked for, with the options.</param>
internal sealed record GenerationPlan(SemanticRequest Conditions, GenerationRecipe Recipe)
{
    /// <summary>The options, checked.</summary>
    public GenerationOptions Options => Recipe.Options;

    /// <summary>Beats in a bar, as tempi count them; four where no metre is known.</summary>
    public int BeatsPerBar => (Recipe.Metre is { } metre ? Metre.Parse(metre) : new Metre(4, 4)).Beats;

    /// <summary>What was understood of the request.</summary>
    public RequestReport Report { get; private init; } = new([], []);

    /// <summary>Whether the first window is short, so that it is there soon.</summary>
    public bool QuickStart { get; private init; }

    /// <summary>The music that the task starts from, encoded; null for new music.</summary>
    private Timeline? Known { get; init; }

    /// <summary>Music that new music shall be like, encoded; null where there is none, or the denoiser hears no styles.</summary>
    public Timeline? Styled { get; private init; }

    /// <summary>The range of it that is made, seconds; null where music is made after it.</summary>
    private (double Start, double End)? Gap { get; init; }

    /// <summary>Whether music is made before what is known, in place of after it.</summary>
    private bool Ahead { get; init; }

    /// <summary>How it was turned to be made a loop of.</summary>
    private LoopCut? Cut { get; init; }

    /// <summary>Reads a request; what the options leave open of tempo, key and metre is taken from the prompt's words.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="request">The task, the prompt and the music to start from.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or the music cannot be used, or an option is out of its range.</exception>
    public static async Task<GenerationPlan> ReadAsync(
        MusicModel model,
        MusicRequest request,
        GenerationOptions options,
        CancellationToken cancellation
    )
    {
        MusicModel.RequireOtherThread();
        request.Check(options);
        options.Validate();
        _ = WindowPlanner.Grid(options, model.Config.Denoiser); // refuses a hop that this denoiser cannot take
        var controls = Controls(request.Prompt, options);
        long seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var source = await SourceMusic.OfAsync(request.Source, model, cancellation).ConfigureAwait(false);
        var prompt =
            request.Prompt?.Audio is { } other && other != request.Source
                ? await SourceMusic.OfAsync(other, model, cancellation).ConfigureAwait(false)
                : source;
        var prefix = await model.WorkAsync(token => Prefix(model, request.Prompt?.Text, prompt, token), cancellation).ConfigureAwait(false);
        var plan = new GenerationPlan(
            new()
            {
                Prefix = prefix,
                Controls = model.Config.SemanticLanguageModel.Controls ? controls : null,
                Seed = unchecked((ulong)seed),
            },
            new()
            {
                Task = request.TaskName,
                Prompt = request.Prompt?.Text,
                Seed = seed,
                Options = options.WithSampling(model.Config.Denoiser) with { Seed = seed },
                Bpm = controls.Bpm,
                Key = controls.Key?.ToString(),
                Metre = controls.Metre?.ToString(),
                Instruments = controls.Instruments?.Describe(),
                Model = model.Id,
                ModelHash = model.Hash,
                Adapters = model.Adapters.Count > 0 ? model.Adapters : null,
                Version = MelodyVersion.Full,
            }
        )
        {
            Report = ReportOf(model, request.Prompt, options, controls),
        };
        if (prompt is not null && (prompt != source || request.Task == MusicTask.Like) && model.Networks.Denoiser.Style is not null)
            plan = plan with
            {
                Styled = await model.WorkAsync(token => StyledBy(model, prompt, token), cancellation).ConfigureAwait(false),
            };
        return request.Task is MusicTask.Generate or MusicTask.Like
            ? plan
            : await plan.AroundAsync(model, request, source!, controls, cancellation).ConfigureAwait(false);
    }

    /// <summary>What the options ask for, and what they leave open as far as the prompt's words tell it.</summary>
    /// <exception cref="MelodyException">The prompt is empty or too long, or a key or metre is not one.</exception>
    public static MusicControls Controls(MusicPrompt? prompt, GenerationOptions options)
    {
        var controls = new MusicControls
        {
            Bpm = options.Bpm,
            Key = options.Key is { } key ? MusicalKey.Parse(key) : null,
            Metre = options.Metre is { } metre ? Metre.Parse(metre) : null,
        };
        if (prompt?.Text is { } words)
        {
            PromptLimits.Check(words);
            controls = controls.Or(PromptReader.Read(words));
        }
        if (options.NegativePrompt is not { } negative)
            return controls;
        PromptLimits.Check(negative);
        return PromptReader.ReadRefusals(negative).Controls.Instruments is { } refused
            ? controls with
            {
                Instruments = (controls.Instruments ?? new(ImmutableHashSet<InstrumentFamily>.Empty, refused.Unwanted, false)).Without(
                    refused.Unwanted
                ),
            }
            : controls;
    }

    // what was read of the words, and what was not
    private static RequestReport ReportOf(MusicModel model, MusicPrompt? prompt, GenerationOptions options, MusicControls controls)
    {
        var vocabulary = model.Networks.JointEmbedding.Vocabulary;
        var unread = PromptReader.NotUnderstood(prompt?.Text, options.NegativePrompt, vocabulary);
        string?[] understood =
        [
            controls.Bpm is { } bpm ? FormattableString.Invariant($"{bpm:0.##} bpm") : null,
            controls.Key?.ToString(),
            controls.Metre?.ToString(),
            .. controls.Instruments?.Describe().Split(", ", StringSplitOptions.RemoveEmptyEntries) ?? [],
        ];
        return new([.. understood.OfType<string>()], [.. unread.Select(span => span.Text).Distinct()]);
    }

    /// <summary>One of several pieces, with a seed of its own.</summary>
    /// <param name="number">Which, from 0.</param>
    public GenerationPlan Candidate(int number)
    {
        long seed = Recipe.Seed + number;
        return this with
        {
            Conditions = Conditions with { Seed = unchecked((ulong)seed) },
            Recipe = Recipe with { Seed = seed, Options = Options with { Seed = seed, BestOf = 1 } },
        };
    }

    /// <summary>The plan of a recipe whose prompt was read before.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="recipe">Of new music from words.</param>
    /// <param name="prefix">The prompt's tokens.</param>
    /// <exception cref="MelodyException">The recipe holds something that cannot be used.</exception>
    public static GenerationPlan Of(MusicModel model, GenerationRecipe recipe, long[] prefix)
    {
        recipe.Options.Validate();
        var controls = Controls(recipe.Prompt is { } words ? MusicPrompt.FromText(words) : null, recipe.Options);
        return new(
            new()
            {
                Prefix = prefix,
                Controls = model.Config.SemanticLanguageModel.Controls ? controls : null,
                Seed = unchecked((ulong)recipe.Seed),
            },
            recipe
        );
    }

    /// <summary>One piece of music that goes on and on.</summary>
    /// <param name="known">What it goes on from; null for the beginning.</param>
    /// <param name="seconds">Its length.</param>
    /// <param name="number">Which, from 0: each has a seed of its own.</param>
    /// <param name="quick">Whether its first window is short.</param>
    public GenerationPlan Piece(Timeline? known, double seconds, int number, bool quick)
    {
        var own = Candidate(number);
        return own with
        {
            Known = known,
            QuickStart = quick,
            Recipe = own.Recipe with { Options = own.Options with { Seconds = seconds } },
        };
    }

    /// <summary>The timeline before anything is made.</summary>
    public Timeline Begin(MusicModel model)
    {
        long samples = (long)Math.Round(Options.Seconds * model.SampleRate);
        return Known is null ? Timeline.Empty(model, samples)
            : Gap is { } gap ? Known.Opened(gap.Start, gap.End)
            : Ahead ? Known.Preceded(samples)
            : Known.Continued(samples);
    }

    /// <summary>
    /// The result of a piece that is made: a loop is turned back, and the whole brought to its loudness where that is asked for.
    /// </summary>
    /// <param name="samples">The piece.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="latents">What it was decoded from.</param>
    /// <param name="loudness">How the loudness is set.</param>
    public GenerationResult Finish(float[] samples, int sampleRate, int channels, AudioLatents latents, LoudnessMode loudness)
    {
        var audio = AudioClip.Adopt(Cut?.Back(samples) ?? samples, sampleRate, channels);
        if (loudness == LoudnessMode.Whole)
            audio = Cut is null
                ? LoudnessNormalizer.Normalize(audio, Options.TargetLoudness)
                : LoopCut.Normalize(audio, Options.TargetLoudness);
        return new(audio, Cut?.Back(latents, samples.Length / channels) ?? latents, Recipe with { Seconds = Math.Round(audio.Seconds, 6) })
        {
            Report = Report,
        };
    }

    // what stays of the music that is there, and what is made
    private async Task<GenerationPlan> AroundAsync(
        MusicModel model,
        MusicRequest request,
        SourceMusic source,
        MusicControls controls,
        CancellationToken cancellation
    )
    {
        var (plan, music) = (this with { Ahead = request.Task == MusicTask.Prepend }, source.Sound);
        if (request.Task == MusicTask.Inpaint)
            plan = plan with
            {
                Gap = (request.Start, request.End),
                Recipe = Recipe with { RangeStart = request.Start, RangeEnd = request.End },
            };
        else if (request.Task == MusicTask.Loop)
        {
            var cut = LoopCut.Of(music, model.Config.Codec.LatentHop, controls.Bpm, controls.Metre);
            music = AudioClip.Adopt(cut.Turned(music.Samples), music.SampleRate, music.Channels);
            var (seam, length) = ((double)cut.SeamSample / music.SampleRate, (double)cut.Samples / music.SampleRate);
            plan = plan with
            {
                Cut = cut,
                Gap = (seam - LoopCut.ReachSeconds, seam + LoopCut.ReachSeconds),
                Recipe = Recipe with { RangeStart = length - LoopCut.ReachSeconds, RangeEnd = length + LoopCut.ReachSeconds },
            };
        }
        var known = await model.WorkAsync(token => Timeline.Of(model, music, source.Gain, token), cancellation).ConfigureAwait(false);
        return plan with { Known = known };
    }

    // from its middle as much as tells its style; null where it is too short to be encoded
    private static Timeline? StyledBy(MusicModel model, SourceMusic music, CancellationToken cancellation)
    {
        int frames = (int)Math.Min(music.Sound.Frames, StyleMeasure.LongestSeconds * (long)model.SampleRate);
        var sound = music.Sound.Slice((music.Sound.Frames - frames) / 2, frames);
        return sound.Seconds < Timeline.ShortestSeconds ? null : Timeline.Of(model, sound, music.Gain, cancellation);
    }

    private static long[] Prefix(MusicModel model, string? words, SourceMusic? music, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var embedding = model.Networks.JointEmbedding;
        var tokens = words is not null
            ? embedding.TokensForText([words])
            : embedding.TokensForAudio(SoundTensor.ForEmbedding(music!.Heard, model), cancellation);
        return tokens.cpu().data<long>().ToArray();
    }
}
