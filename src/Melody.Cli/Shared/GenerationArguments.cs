using System.CommandLine;
using System.Security.Cryptography;
using Melody.Music;

namespace Melody.Cli.Shared;

/// <summary>The options that decide how music sounds: those of <see cref="GenerationOptions"/>, as its properties describe them.</summary>
internal sealed class GenerationArguments
{
    /// <summary>The largest seed: every reader of JSON holds it exactly.</summary>
    public const long LargestSeed = (1L << 53) - 1;

    private const string Seconds = "--seconds",
        Hop = "--hop",
        Loudness = "--loudness",
        BestOf = "--best-of";

    private readonly OptionList _options;
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "The same seed, prompt, options and model make the same music; drawn when not given.",
        0L,
        LargestSeed
    );
    private readonly Option<bool> _raw = new("--raw") { Description = "Leave the loudness as the networks made it." };

    /// <param name="command">Gets the options.</param>
    /// <param name="seconds">What <c>--seconds</c> means there; null when the length is given by other music.</param>
    /// <param name="normalized">Whether the loudness is set unless the user says otherwise.</param>
    /// <param name="choosing">Whether the best of several pieces can be asked for.</param>
    public GenerationArguments(Command command, string? seconds, bool normalized = true, bool choosing = false)
    {
        var defaults = new GenerationOptions();
        command.Options.Add(_seed);
        _options = new(
            command,
            defaults,
            [.. seconds is null ? new[] { Seconds, Hop } : [], .. choosing ? Array.Empty<string>() : [BestOf]]
        );
        command.Options.Add(_raw);
        if (_options[Seconds] is { } length)
            length.Description = FormattableString.Invariant($"{seconds}; {defaults.Seconds} by default.");
        _options[Loudness]!.Description += normalized
            ? FormattableString.Invariant($" {defaults.TargetLoudness} by default.")
            : " Left unchanged by default.";
    }

    /// <summary>Whether the length is asked for, and not given by other music.</summary>
    public bool HasLength => _options[Seconds] is not null;

    /// <summary>The options, checked, with a seed.</summary>
    /// <exception cref="MelodyException">A value cannot be used.</exception>
    public GenerationOptions Read(ParseResult arguments)
    {
        bool raw = arguments.GetValue(_raw),
            loud = _options.IsGiven(arguments, Loudness);
        if (raw && loud)
            throw new MelodyException("Give --loudness or --raw, not both.");
        var options = new GenerationOptions
        {
            Seed = arguments.GetValue(_seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            Loudness =
                raw ? LoudnessMode.Raw
                : loud ? LoudnessMode.Whole
                : null,
        };
        _options.Set(arguments, options);
        options = options with
        {
            Key = options.Key is { } key ? MusicalKey.Parse(key).ToString() : null,
            Metre = options.Metre is { } metre ? Metre.Parse(metre).ToString() : null,
        };
        options.Validate();
        return options;
    }
}
