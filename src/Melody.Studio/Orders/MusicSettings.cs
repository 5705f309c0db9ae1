using System.ComponentModel;

namespace Melody.Studio.Orders;

/// <summary>
/// How music is made: the options of <see cref="GenerationOptions"/> that a client may set; what is null keeps its default. Their ranges
/// are in <see cref="SettingRange"/>.
/// </summary>
internal record MusicSettings
{
    /// <summary>All at their defaults.</summary>
    public MusicSettings() { }

    /// <summary>The same settings, of whatever they are a part.</summary>
    public MusicSettings(MusicSettings other)
    {
        (Seconds, Seed, Bpm, Key, Metre, Steps) = (other.Seconds, other.Seed, other.Bpm, other.Key, other.Metre, other.Steps);
        (Guidance, PromptGuidance, SemanticGuidance) = (other.Guidance, other.PromptGuidance, other.SemanticGuidance);
        (Steering, Temperature, TopK, TopP) = (other.Steering, other.Temperature, other.TopK, other.TopP);
        (BestOf, HopSeconds, Loudness) = (other.BestOf, other.HopSeconds, other.Loudness);
    }

    /// <summary>Length of the new music, seconds.</summary>
    [Description("Length of the new music in seconds; 10 by default.")]
    public double? Seconds { get; init; }

    /// <summary>Decides everything random; drawn when null.</summary>
    [Description("The same seed, prompt, settings and model make the same music; drawn when not given.")]
    public long? Seed { get; init; }

    /// <summary>Tempo, beats a minute.</summary>
    [Description("Tempo in beats a minute; from the prompt's words when not given.")]
    public double? Bpm { get; init; }

    /// <summary>Key.</summary>
    [Description("Key such as 'A minor' or 'Bb'; from the prompt's words when not given.")]
    public string? Key { get; init; }

    /// <summary>Metre.</summary>
    [Description("Metre such as '3/4'; from the prompt's words when not given.")]
    public string? Metre { get; init; }

    /// <summary>Diffusion steps.</summary>
    [Description("Diffusion steps; more sound better and take longer.")]
    public int? Steps { get; init; }

    /// <summary>Classifier-free guidance of the denoiser.</summary>
    [Description("Classifier-free guidance of the denoiser; 1 is none.")]
    public double? Guidance { get; init; }

    /// <summary>How much harder the sound follows the prompt than the tokens.</summary>
    [Description("How much harder the sound follows the prompt than the semantic tokens; 0 adds nothing.")]
    public double? PromptGuidance { get; init; }

    /// <summary>Classifier-free guidance of the language model.</summary>
    [Description("Classifier-free guidance of the semantic language model; 1 is none.")]
    public double? SemanticGuidance { get; init; }

    /// <summary>Steering towards tempo, key and instruments.</summary>
    [Description("How strongly the music is steered towards the tempo, key and instruments asked for; 0 is off.")]
    public double? Steering { get; init; }

    /// <summary>Temperature of the language model.</summary>
    [Description("Temperature of the semantic language model; 0 always takes the likeliest token.")]
    public double? Temperature { get; init; }

    /// <summary>Likeliest tokens kept.</summary>
    [Description("Only this many likeliest semantic tokens may be drawn.")]
    public int? TopK { get; init; }

    /// <summary>Probability mass kept.</summary>
    [Description("Only the likeliest semantic tokens that together reach this probability may be drawn.")]
    public double? TopP { get; init; }

    /// <summary>Pieces to choose from.</summary>
    [Description("How many to make, of which the one nearest to the prompt is kept; new music only.")]
    public int? BestOf { get; init; }

    /// <summary>Step from window to window, seconds.</summary>
    [Description("How far each further window of long music advances, in seconds.")]
    public double? HopSeconds { get; init; }

    /// <summary>Target loudness, LUFS.</summary>
    [Description("Integrated loudness of the result in LUFS; -14 by default for new music.")]
    public double? Loudness { get; init; }

    /// <summary>The settings as the library takes them.</summary>
    public GenerationOptions ToOptions()
    {
        var usual = new GenerationOptions();
        return usual with
        {
            Seconds = Seconds ?? usual.Seconds,
            Seed = Seed,
            Bpm = Bpm,
            Key = Key,
            Metre = Metre,
            Steps = Steps ?? usual.Steps,
            Guidance = Guidance ?? usual.Guidance,
            PromptGuidance = PromptGuidance ?? usual.PromptGuidance,
            SemanticGuidance = SemanticGuidance ?? usual.SemanticGuidance,
            Steering = Steering ?? usual.Steering,
            Temperature = Temperature ?? usual.Temperature,
            TopK = TopK,
            TopP = TopP,
            BestOf = BestOf ?? usual.BestOf,
            HopSeconds = HopSeconds,
            Loudness = Loudness is null ? null : LoudnessMode.Whole,
            TargetLoudness = Loudness ?? usual.TargetLoudness,
        };
    }
}
