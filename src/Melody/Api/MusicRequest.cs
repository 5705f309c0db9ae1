using Melody.Audio;

namespace Melody;

/// <summary>What a generation does.</summary>
internal enum MusicTask
{
    /// <summary>New music from words.</summary>
    Generate,

    /// <summary>New music in the manner of other music.</summary>
    Like,

    /// <summary>Music after a piece.</summary>
    Continue,

    /// <summary>Music before a piece.</summary>
    Prepend,

    /// <summary>A range inside a piece.</summary>
    Inpaint,

    /// <summary>The range around the seam of a piece that is played round and round.</summary>
    Loop,
}

/// <summary>What is to be made, apart from how: the task and what it starts from.</summary>
internal sealed record MusicRequest(MusicTask Task)
{
    /// <summary>What the new music should be like; null for what <see cref="Source"/> is like.</summary>
    public MusicPrompt? Prompt { get; init; }

    /// <summary>The music that the task starts from.</summary>
    public AudioClip? Source { get; init; }

    /// <summary>Where an inpainted range begins, seconds.</summary>
    public double Start { get; init; }

    /// <summary>Where it ends, seconds.</summary>
    public double End { get; init; }

    /// <summary>The loudness of the result where the options leave it open.</summary>
    public LoudnessMode UsualLoudness => IsNew ? LoudnessMode.Whole : LoudnessMode.Raw;

    /// <summary>Whether it can be handed out while it is made.</summary>
    public bool CanStream => IsNew || Task == MusicTask.Continue;

    /// <summary>The loudness of a stream where the options leave it open.</summary>
    public LoudnessMode StreamedLoudness => IsNew ? LoudnessMode.FirstWindow : LoudnessMode.Raw;

    /// <summary>What recipes call the task.</summary>
    public string TaskName => Task.ToString().ToLowerInvariant();

    private bool IsNew => Task is MusicTask.Generate or MusicTask.Like;

    /// <summary>Samples of each channel that a stream of it will have.</summary>
    public long StreamedFrames(MusicModel model, GenerationOptions options)
    {
        int hop = model.Config.Codec.LatentHop;
        long known = IsNew ? 0 : Source!.Frames / hop * hop;
        return known + (long)Math.Round(options.Seconds * model.SampleRate);
    }

    /// <summary>New music: <see cref="MusicTask.Generate"/> or <see cref="MusicTask.Like"/>.</summary>
    public static MusicRequest From(MusicPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new(prompt.Text is null ? MusicTask.Like : MusicTask.Generate) { Prompt = prompt, Source = prompt.Audio };
    }

    /// <summary>Refuses what the task cannot do.</summary>
    /// <exception cref="MelodyException">The range or an option does not fit the task.</exception>
    public void Check(GenerationOptions options)
    {
        if (Task != MusicTask.Generate)
            ArgumentNullException.ThrowIfNull(Source);
        if (Task == MusicTask.Inpaint && !(Start >= 0 && Start < End && End <= Source!.Seconds + 1e-6))
            throw new MelodyException(
                FormattableString.Invariant(
                    $"The range {Start} to {End} does not lie inside the audio, which lasts {Source!.Seconds:F2} seconds."
                )
            );
        if (IsNew)
            return;
        CheckOne(options);
        if (options.Loudness == LoudnessMode.FirstWindow)
            throw new MelodyException(
                "Only new music can take the loudness of its first window; where music is continued or inpainted, use the whole's "
                    + "loudness or raw samples."
            );
    }

    /// <summary>Refuses what a stream of new music cannot do.</summary>
    /// <exception cref="MelodyException">An option needs the whole.</exception>
    public static void CheckStream(GenerationOptions options)
    {
        if (options.Loudness == LoudnessMode.Whole)
            throw new MelodyException(
                "A stream cannot be brought to the loudness of the whole, which it does not know yet; use the first window's "
                    + "loudness or raw samples."
            );
        CheckOne(options);
    }

    private static void CheckOne(GenerationOptions options)
    {
        if (options.BestOf > 1)
            throw new MelodyException(
                "Only complete new pieces can be chosen from several candidates; leave the number of candidates at 1 here."
            );
    }
}
