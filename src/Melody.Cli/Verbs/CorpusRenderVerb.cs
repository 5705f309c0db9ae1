using System.CommandLine;
using System.Globalization;
using Melody.Audio;
using Melody.Cli.Shared;
using Melody.Corpus.Midi;
using Melody.Corpus.Production;
using Melody.Corpus.Rendering;
using Spectre.Console;

namespace Melody.Cli.Verbs;

/// <summary><c>melody corpus render</c>: plays a MIDI file into a sound file.</summary>
internal sealed class CorpusRenderVerb : Verb
{
    private readonly Argument<string> _midi = new("midi") { Description = "A Standard MIDI File." };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The sound file: .wav, .flac, .ogg or .mp3.",
        HelpName = "file",
        Required = true,
    };
    private readonly Option<string?> _font = new("--font")
    {
        Description = "Sound font by name or file; the first installed one by default.",
        HelpName = "font",
    };
    private readonly Option<int?> _rate = TypedOption.Number("--rate", "Sample rate in Hz; 44100 by default.", 8000, 96_000, "hz");
    private readonly Option<int?> _channels = TypedOption.Number("--channels", "1 or 2 (the default).", 1, 2);
    private readonly Option<long?> _seed = TypedOption.Number(
        "--production",
        "Seed of the studio sound; without it the instruments are heard as they are, at -16 LUFS.",
        0L,
        long.MaxValue,
        "seed"
    );

    private readonly Option<bool> _force = OutputArguments.ForceOption();

    public CorpusRenderVerb()
        : base("render", "Plays a MIDI file into a sound file.")
    {
        Arguments.Add(_midi);
        foreach (var option in new Option[] { _output, _force, _font, _rate, _channels, _seed })
            Options.Add(option);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var midi = arguments.GetRequiredValue(_midi);
        SoundSources.RequireName(midi, "the MIDI file");
        var target = new OutputTarget(arguments.GetRequiredValue(_output), new()) { Replace = arguments.GetValue(_force) };
        target.Check();
        var song = MidiReader.Read(midi);
        SongLimits.Require(song, midi, arguments.GetValue(_rate) ?? 44_100);
        context.Cancellation.ThrowIfCancellationRequested();
        FluidSynthLibrary.Require();
        var font = arguments.GetValue(_font) is { } name ? SoundFont.Find(name) : SoundFont.RequireInstalled()[0];
        var settings = new RenderSettings
        {
            SampleRate = arguments.GetValue(_rate) ?? 44_100,
            Channels = arguments.GetValue(_channels) ?? 2,
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var synthesizer = new Synthesizer(font, settings);
        var production = arguments.GetValue(_seed) is { } seed ? ProductionDraw.Draw((ulong)seed) : new ProductionSettings();
        var sound = ProductionChain.Process(synthesizer.Render(song, context.Cancellation), production, context.Cancellation);
        var (output, clipping) = await target.WriteAsync(sound.ToClip(), new(), context).ConfigureAwait(false);
        var result = new RenderSummary(
            output,
            Math.Round(sound.Seconds, 3),
            font.Name,
            production.Words,
            Math.Round(watch.Elapsed.TotalSeconds, 3),
            clipping.Samples
        );
        context.WriteResult(result, console =>
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {sound.Seconds:0.0} s with {font.Name}."))
        );
        OutputTarget.RequireName(target.Path, output);
        return ExitCode.Success;
    }

    private sealed record RenderSummary(
        string File,
        double Seconds,
        string SoundFont,
        IReadOnlyList<string> Production,
        double WallSeconds,
        long ClippedSamples
    );
}
