using System.CommandLine;
using System.Security.Cryptography;
using Melody.Diffusion;
using Melody.Music;

namespace Melody.Cli.Shared;

/// <summary>The options that decide how music sounds, the same for every verb that makes some.</summary>
internal sealed class GenerationArguments
{
    /// <summary>The largest seed: every reader of JSON holds it exactly.</summary>
    public const long LargestSeed = (1L << 53) - 1;

    private static readonly GenerationOptions Defaults = new();

    private readonly Option<double?>? _seconds;
    private readonly Option<double?>? _hop;
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "The same seed, prompt, options and model make the same music; drawn when not given.",
        0L,
        LargestSeed
    );
    private readonly Option<double?> _bpm = TypedOption.Number(
        "--bpm",
        "Tempo, beats a minute; from the prompt's words when not given.",
        40.0,
        240.0
    );
    private readonly Option<string?> _key = new("--key")
    {
        Description = "Key, such as \"A minor\" or Bb; from the prompt's words when not given.",
        HelpName = "key",
    };
    private readonly Option<string?> _metre = new("--metre")
    {
        Description = "Metre, such as 3/4; from the prompt's words when not given.",
        HelpName = "metre",
    };
    private readonly Option<int?> _steps = TypedOption.Number(
        "--steps",
        $"Diffusion steps; {Defaults.Steps} by default, 5 is fast, 20 is best.",
        1,
        AngleSchedules.MaximumSteps
    );
    private readonly Option<double?> _guidance = TypedOption.Number(
        "--guidance",
        FormattableString.Invariant($"How closely the sound follows the semantic tokens; {Defaults.Guidance} by default, 1 is none."),
        0.0,
        20.0
    );
    private readonly Option<double?> _promptGuidance = TypedOption.Number(
        "--prompt-guidance",
        FormattableString.Invariant(
            $"How much harder the sound follows the prompt than the tokens; {Defaults.PromptGuidance} by default, 0 is no harder; more costs time."
        ),
        0.0,
        20.0
    );
    private readonly Option<bool> _cleanContext = new("--clean-context")
    {
        Description =
            "Show the denoiser music that is there as it is while more is made, as in the paper; long music then settles into held sounds.",
    };
    private readonly Option<double?> _semanticGuidance = TypedOption.Number(
        "--semantic-guidance",
        FormattableString.Invariant(
            $"How closely the semantic tokens follow the prompt, tempo and key; {Defaults.SemanticGuidance} by default, 1 is none."
        ),
        0.0,
        20.0
    );
    private readonly Option<double?> _steering = TypedOption.Number(
        "--steering",
        FormattableString.Invariant(
            $"How strongly tokens are steered towards tempo, key and instruments that are asked for; {Defaults.Steering} by default, 0 is off."
        ),
        0.0,
        20.0
    );
    private readonly Option<AngleSchedule> _schedule = TypedOption.Choice<AngleSchedule>(
        "--schedule",
        "How the diffusion steps shrink: linear (the default) or uniform."
    );
    private readonly Option<double?> _temperature = TypedOption.Number(
        "--temperature",
        "How daring the semantic language model is; 1 by default, 0 takes the likeliest token.",
        0.0,
        10.0
    );
    private readonly Option<int?> _topK = TypedOption.Number(
        "--top-k",
        "Only this many likeliest tokens may come out; all by default.",
        1,
        int.MaxValue
    );
    private readonly Option<double?> _topP = TypedOption.Number(
        "--top-p",
        "Only the likeliest tokens that reach this probability together may come out; all by default.",
        1e-6,
        1.0
    );
    private readonly Option<double?> _loudness = TypedOption.Number(
        "--loudness",
        "Loudness of the file in LUFS (ITU-R BS.1770-4), with true peaks at -1 dBTP at most.",
        -70.0,
        0.0,
        "lufs"
    );
    private readonly Option<bool> _raw = new("--raw") { Description = "Leave the loudness as the networks made it." };

    /// <param name="command">Gets the options.</param>
    /// <param name="seconds">What <c>--seconds</c> means there; null when the length is given by other music.</param>
    /// <param name="normalized">Whether the loudness is set unless the user says otherwise.</param>
    public GenerationArguments(Command command, string? seconds, bool normalized = true)
    {
        if (seconds is not null)
        {
            _seconds = TypedOption.Number(
                "--seconds",
                FormattableString.Invariant($"{seconds}; {Defaults.Seconds} by default."),
                0.01,
                GenerationOptions.LongestSeconds,
                "s"
            );
            _hop = TypedOption.Number(
                "--hop",
                "How far each further window takes music that is longer than one: 5 s by default; 2.5, the paper's, hears more of what was before and makes twice the windows.",
                0.01,
                GenerationOptions.LongestSeconds,
                "s"
            );
            command.Options.Add(_seconds);
            command.Options.Add(_hop);
        }
        foreach (
            var option in new Option[]
            {
                _seed,
                _bpm,
                _key,
                _metre,
                _steps,
                _guidance,
                _promptGuidance,
                _cleanContext,
                _semanticGuidance,
                _steering,
                _schedule,
                _temperature,
                _topK,
                _topP,
                _loudness,
                _raw,
            }
        )
            command.Options.Add(option);
        _loudness.Description += normalized
            ? FormattableString.Invariant($" {Defaults.TargetLoudness} by default.")
            : " As it is by default.";
    }

    /// <summary>The options, checked, with a seed.</summary>
    /// <exception cref="MelodyException">A value cannot be used.</exception>
    public GenerationOptions Read(ParseResult arguments)
    {
        var loudness = arguments.GetValue(_loudness);
        bool raw = arguments.GetValue(_raw);
        if (raw && loudness is not null)
            throw new MelodyException("Give --loudness or --raw, not both.");
        var options = Defaults with
        {
            Seconds = _seconds is null ? Defaults.Seconds : arguments.GetValue(_seconds) ?? Defaults.Seconds,
            HopSeconds = _hop is null ? null : arguments.GetValue(_hop),
            Seed = arguments.GetValue(_seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Bpm = arguments.GetValue(_bpm),
            Key = arguments.GetValue(_key) is { } key ? MusicalKey.Parse(key).ToString() : null,
            Metre = arguments.GetValue(_metre) is { } metre ? Metre.Parse(metre).ToString() : null,
            Steps = arguments.GetValue(_steps) ?? Defaults.Steps,
            Guidance = arguments.GetValue(_guidance) ?? Defaults.Guidance,
            PromptGuidance = arguments.GetValue(_promptGuidance) ?? Defaults.PromptGuidance,
            CleanContext = arguments.GetValue(_cleanContext),
            SemanticGuidance = arguments.GetValue(_semanticGuidance) ?? Defaults.SemanticGuidance,
            Steering = arguments.GetValue(_steering) ?? Defaults.Steering,
            Schedule = arguments.GetValue(_schedule),
            Temperature = arguments.GetValue(_temperature) ?? Defaults.Temperature,
            TopK = arguments.GetValue(_topK),
            TopP = arguments.GetValue(_topP),
            Loudness =
                raw ? LoudnessMode.Raw
                : loudness is not null ? LoudnessMode.Whole
                : null,
            TargetLoudness = loudness ?? Defaults.TargetLoudness,
        };
        options.Validate();
        return options;
    }
}
