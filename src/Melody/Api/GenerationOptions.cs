using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Options;

namespace Melody;

/// <summary>How music is made. Every value has a default; the same options, prompt, seed and model give the same samples.</summary>
/// <remarks>
/// What the samplers take lies in records of theirs, which are passed to them untouched, and is seen here under the same names; their
/// ranges and their words on the command line stand there, as <see cref="OptionAttribute"/>.
/// </remarks>
public sealed record GenerationOptions
{
    /// <summary>The longest music that one call makes, seconds (three hours).</summary>
    public const double LongestSeconds = 3 * 3600;

    private const double ShortestSeconds = 0.01;

    /// <summary>Length of the music, seconds, 0.01 to <see cref="LongestSeconds"/>. For a continuation: how much is added.</summary>
    [Option(
        "length",
        Least = ShortestSeconds,
        Most = LongestSeconds,
        Unit = " seconds",
        Name = "--seconds",
        Help = "Length of the music, seconds; {default} by default.",
        Value = "s"
    )]
    public double Seconds { get; init; } = 10;

    /// <summary>
    /// How far each further window advances in music longer than one window, seconds: whole chunks of the window (2.5, 5 or 7.5 with
    /// <c>mini</c>); null is half a window. The paper's hop is one chunk, which sees more of what came before and needs twice as many
    /// windows.
    /// </summary>
    [Option(
        "hop",
        Least = ShortestSeconds,
        Most = LongestSeconds,
        Unit = " seconds",
        Name = "--hop",
        Help = "How far each further window advances in music longer than one window: 5 s by default; the paper's 2.5 sees more of "
            + "what came before and needs twice as many windows.",
        Value = "s"
    )]
    public double? HopSeconds { get; init; }

    /// <summary>One number decides everything random; null draws one, and the result tells which.</summary>
    public long? Seed { get; init; }

    /// <summary>
    /// Tempo, beats a minute as the metre counts them (a dotted quarter in 6/8), 40 to 240; null leaves it to the prompt.
    /// </summary>
    [Option(
        "tempo",
        Least = ControlClasses.SlowestBpm,
        Most = ControlClasses.FastestBpm,
        Unit = " beats a minute",
        Name = "--bpm",
        Help = "Tempo, beats a minute; from the prompt's words when not given."
    )]
    public double? Bpm { get; init; }

    /// <summary>Key such as "A minor", "Bb" or "F# major"; null leaves it to the prompt.</summary>
    [Option("key", Name = "--key", Help = "Key, such as \"A minor\" or Bb; from the prompt's words when not given.", Value = "key")]
    public string? Key { get; init; }

    /// <summary>Metre such as "3/4"; null leaves it to the prompt.</summary>
    [Option("metre", Name = "--metre", Help = "Metre, such as 3/4; from the prompt's words when not given.", Value = "metre")]
    public string? Metre { get; init; }

    /// <summary>
    /// What should not be heard, such as "drums, vocals": instruments, which are refused as the words "no drums" in a prompt refuse them;
    /// null refuses nothing more.
    /// </summary>
    [Option(
        "negative prompt",
        Name = "--negative",
        Help = "Instruments that should not be heard, such as \"drums, vocals\"; as \"no drums, no vocals\" in the prompt.",
        Value = "words"
    )]
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// Diffusion steps, 1 to 1000; 20 is the paper's best, fewer are faster. Null leaves it to the model: 10, unless it names another.
    /// </summary>
    public int? Steps { get; init; }

    /// <summary>
    /// Scale of classifier-free guidance in the first steps, where latents are mostly noise, 0 to 20; 1 is none, 2.5 the paper's. More
    /// follows notes and beats harder at the cost of timbre. Null leaves it to the model: 1.5, unless it names another.
    /// </summary>
    public double? Guidance { get; init; }

    /// <summary>
    /// How much harder the sound follows the prompt than the semantic tokens, 0 to 20; 0 adds nothing. It has an effect where the denoiser
    /// takes prompts; each of the first steps, where latents are mostly noise, takes half as long again. Null leaves it to the model: 2,
    /// unless it names another.
    /// </summary>
    public double? PromptGuidance { get; init; }

    /// <summary>
    /// Whether music that is there is shown to the denoiser clean while more is made, as in the paper, and not as noisy as what is
    /// being made. Long music then settles into held sounds, unless the model learned with clean music; such a model is shown it anyway.
    /// </summary>
    public bool CleanContext
    {
        get => Diffusion.CleanContext;
        init => Diffusion = Diffusion with { CleanContext = value };
    }

    /// <summary>
    /// Scale of classifier-free guidance of the semantic language model, 0 to 20; 1 is none, as in the paper; more follows the prompt
    /// harder at the cost of variety.
    /// </summary>
    public double SemanticGuidance
    {
        get => Tokens.SemanticGuidance;
        init => Tokens = Tokens with { SemanticGuidance = value };
    }

    /// <summary>
    /// How strongly the semantic tokens are steered towards the tempo, key and instruments that are asked for, where the model's tokens
    /// tell such things, 0 to 20; 0 is off, as in the paper.
    /// </summary>
    public double Steering
    {
        get => Tokens.Steering;
        init => Tokens = Tokens with { Steering = value };
    }

    /// <summary>How the diffusion angle falls from step to step.</summary>
    public AngleSchedule Schedule
    {
        get => Diffusion.Schedule;
        init => Diffusion = Diffusion with { Schedule = value };
    }

    /// <summary>Temperature of the semantic language model, 0 to 10; 0 always takes the likeliest token.</summary>
    public double Temperature
    {
        get => Tokens.Temperature;
        init => Tokens = Tokens with { Temperature = value };
    }

    /// <summary>Only this many likeliest semantic tokens may be drawn; null allows all.</summary>
    public int? TopK
    {
        get => Tokens.TopK;
        init => Tokens = Tokens with { TopK = value };
    }

    /// <summary>
    /// Only the likeliest semantic tokens that together reach this probability may be drawn, above 0 to 1; null allows all.
    /// </summary>
    public double? TopP
    {
        get => Tokens.TopP;
        init => Tokens = Tokens with { TopP = value };
    }

    /// <summary>
    /// How many pieces are made, with the seeds that follow on, 1 to 64; the one that the joint embedding hears as nearest to
    /// the prompt is kept, and its recipe makes it again alone. Of whole new pieces only.
    /// </summary>
    [Option(
        "number of pieces to choose from",
        Least = 1,
        Most = 64,
        Name = "--best-of",
        Help = "Make this many candidates, with consecutive seeds, and keep the one nearest to the prompt in the joint embedding."
    )]
    public int BestOf { get; init; } = 1;

    /// <summary>
    /// How loud the result is made; null means <see cref="LoudnessMode.Whole"/> for new music, <see cref="LoudnessMode.FirstWindow"/> for
    /// a stream of it, and <see cref="LoudnessMode.Raw"/> where music is continued or inpainted.
    /// </summary>
    [Option("loudness mode", Range = "one of the loudness modes")]
    public LoudnessMode? Loudness { get; init; }

    /// <summary>
    /// Integrated loudness of the result, LUFS (ITU-R BS.1770-4), -70 to 0, unless <see cref="Loudness"/> is raw. True peaks stay at or
    /// under -1 dBTP.
    /// </summary>
    [Option(
        "loudness",
        Least = -70,
        Most = 0,
        Unit = " LUFS",
        Name = "--loudness",
        Help = "Loudness of the file in LUFS (ITU-R BS.1770-4), with true peaks at -1 dBTP at most.",
        Value = "lufs"
    )]
    public double TargetLoudness { get; init; } = -14;

    /// <summary>What the semantic language model's sampler takes.</summary>
    internal TokenSamplingOptions Tokens { get; private init; } = new() { SemanticGuidance = 4, Steering = 0.3 };

    /// <summary>What the latent sampler takes, but for what the model may say.</summary>
    internal LatentSamplingOptions Diffusion { get; private init; } = new();

    /// <summary>What the latent sampler takes of a model with this denoiser.</summary>
    internal LatentSamplingOptions Sampling(DenoiserConfig denoiser)
    {
        var usual = denoiser.Sampling ?? new();
        return Diffusion with
        {
            Steps = Steps ?? usual.Steps,
            Guidance = Guidance ?? usual.Guidance,
            PromptGuidance = PromptGuidance ?? usual.PromptGuidance,
            CleanContext = Diffusion.CleanContext || usual.CleanContext,
        };
    }

    /// <summary>The same options with all that the model says written out.</summary>
    internal GenerationOptions WithSampling(DenoiserConfig denoiser)
    {
        var sampling = Sampling(denoiser);
        return this with
        {
            Steps = sampling.Steps,
            Guidance = sampling.Guidance,
            PromptGuidance = sampling.PromptGuidance,
            CleanContext = sampling.CleanContext,
        };
    }

    /// <summary>Refuses what cannot be done, with a sentence.</summary>
    /// <exception cref="MelodyException">A value is out of its range.</exception>
    internal void Validate() => OptionProperty.Check(this);
}
