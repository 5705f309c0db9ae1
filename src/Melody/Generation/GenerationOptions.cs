using Melody.Diffusion;
using Melody.Music;

namespace Melody;

/// <summary>How music is made. Every value has a default; the same options, prompt, seed and model give the same samples.</summary>
public sealed record GenerationOptions
{
    /// <summary>Length of the music, seconds, 0.01 to <see cref="LongestSeconds"/>. For a continuation: how much is added.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>The longest music that one call makes, seconds (three hours).</summary>
    public const double LongestSeconds = 3 * 3600;

    private const double ShortestSeconds = 0.01;

    /// <summary>One number decides everything random; null draws one, and the result tells which.</summary>
    public long? Seed { get; init; }

    /// <summary>Tempo, beats a minute as the metre counts them (a dotted quarter in 6/8), 40 to 240; null leaves it to the prompt.</summary>
    public double? Bpm { get; init; }

    /// <summary>Key such as "A minor", "Bb" or "F# major"; null leaves it to the prompt.</summary>
    public string? Key { get; init; }

    /// <summary>Metre such as "3/4"; null leaves it to the prompt.</summary>
    public string? Metre { get; init; }

    /// <summary>Diffusion steps, 1 to 1000; 5 is fast, 20 is the paper's best.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>
    /// How far each further window takes music that is longer than one, seconds: whole chunks of the window (2.5, 5 or 7.5 with
    /// <c>mini</c>); null is half a window. The paper's hop is one chunk, which hears more of what was before and makes twice the windows.
    /// </summary>
    public double? HopSeconds { get; init; }

    /// <summary>
    /// Whether music that is there is shown to the denoiser clean while more is made, as in the paper, and not as noisy as what is
    /// being made. Long music then settles into held sounds.
    /// </summary>
    public bool CleanContext { get; init; }

    /// <summary>Scale of classifier-free guidance in the first steps, where latents are mostly noise, 0 to 20; 1 is none, 2.5 the paper's. More follows notes and beats harder at the cost of timbre.</summary>
    public double Guidance { get; init; } = 1.5;

    /// <summary>How much harder the sound follows the prompt than the semantic tokens, 0 to 20; 0 is no harder. Of effect where the denoiser hears prompts; each of the first steps, where latents are mostly noise, takes half as long again.</summary>
    public double PromptGuidance { get; init; } = 2;

    /// <summary>Scale of classifier-free guidance of the semantic language model, 0 to 20; 1 is none, as in the paper; more follows the prompt harder at the cost of variety.</summary>
    public double SemanticGuidance { get; init; } = 4;

    /// <summary>
    /// How strongly the semantic tokens are steered towards the tempo, key and instruments that are asked for, where the model's tokens
    /// tell such things, 0 to 20; 0 is off, as in the paper.
    /// </summary>
    public double Steering { get; init; } = 0.3;

    /// <summary>How the diffusion angle falls from step to step.</summary>
    public AngleSchedule Schedule { get; init; } = AngleSchedule.Linear;

    /// <summary>Temperature of the semantic language model, 0 to 10; 0 always takes the likeliest token.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only this many likeliest semantic tokens may come out; null allows all.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the likeliest semantic tokens that together reach this probability may come out, above 0 to 1; null allows all.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// How many pieces are made, with the seeds that follow on, 1 to 64; the one that the joint embedding hears as nearest to
    /// the prompt is kept, and its recipe makes it again alone. Of whole new pieces only.
    /// </summary>
    public int BestOf { get; init; } = 1;

    /// <summary>How loud the result is made; null means <see cref="LoudnessMode.Whole"/> for new music, <see cref="LoudnessMode.FirstWindow"/> for a stream of it, and <see cref="LoudnessMode.Raw"/> where music is continued or mended.</summary>
    public LoudnessMode? Loudness { get; init; }

    /// <summary>Integrated loudness of the result, LUFS (ITU-R BS.1770-4), -70 to 0, unless <see cref="Loudness"/> is raw. True peaks stay at or under -1 dBTP.</summary>
    public double TargetLoudness { get; init; } = -14;

    /// <summary>Refuses what cannot be done, with a sentence.</summary>
    /// <exception cref="MelodyException">A value is out of its range.</exception>
    internal void Validate()
    {
        Require(
            Seconds >= ShortestSeconds && Seconds <= LongestSeconds,
            "length",
            Seconds,
            FormattableString.Invariant($"{ShortestSeconds} to {LongestSeconds} seconds")
        );
        Require(Bpm is null or (>= 40 and <= 240), "tempo", Bpm ?? 0, "40 to 240 beats a minute");
        Require(Steps is >= 1 and <= AngleSchedules.MaximumSteps, "number of steps", Steps, $"1 to {AngleSchedules.MaximumSteps}");
        Require(Guidance is >= 0 and <= 20, "guidance", Guidance, "0 to 20 (1 is none)");
        Require(PromptGuidance is >= 0 and <= 20, "guidance by the prompt", PromptGuidance, "0 to 20 (0 is none)");
        Require(SemanticGuidance is >= 0 and <= 20, "semantic guidance", SemanticGuidance, "0 to 20 (1 is none)");
        Require(Steering is >= 0 and <= 20, "steering", Steering, "0 to 20 (0 is none)");
        Require(Temperature is >= 0 and <= 10, "temperature", Temperature, "0 to 10");
        Require(TopK is null or >= 1, "top-k", TopK ?? 0, "1 or more");
        Require(TopP is null or (> 0 and <= 1), "top-p", TopP ?? 0, "more than 0 and at most 1");
        Require(BestOf is >= 1 and <= 64, "number of pieces to choose from", BestOf, "1 to 64");
        Require(TargetLoudness is >= -70 and <= 0, "loudness", TargetLoudness, "-70 to 0 LUFS");
        Require(Enum.IsDefined(Schedule), "schedule", (int)Schedule, "one of the angle schedules");
        Require(Loudness is not { } mode || Enum.IsDefined(mode), "loudness mode", (int)(Loudness ?? 0), "one of the loudness modes");
    }

    // written so that NaN fails every one of them
    private static void Require(bool holds, string what, double value, string range)
    {
        if (!holds)
            throw new MelodyException(FormattableString.Invariant($"The {what} is {value}; give {range}."));
    }
}

/// <summary>How the loudness of a result is set.</summary>
public enum LoudnessMode
{
    /// <summary>The whole result is measured and brought to the target: best for files.</summary>
    Whole,

    /// <summary>The first window is measured, and its gain holds for all that follows: what a stream can do.</summary>
    FirstWindow,

    /// <summary>The samples as the decoder made them.</summary>
    Raw,
}
