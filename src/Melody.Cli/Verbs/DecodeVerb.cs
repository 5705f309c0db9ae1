using System.CommandLine;
using System.Diagnostics;
using Melody.Audio;
using Melody.Cli.Shared;
using Melody.Runtime;

namespace Melody.Cli.Verbs;

/// <summary><c>melody decode FILE</c>: latents back to sound, with the model that encoded them.</summary>
internal sealed class DecodeVerb : Verb
{
    private readonly Argument<string> _latents = new("latents") { Description = "A file that 'melody encode' wrote." };
    private readonly OutputArguments _output;
    private readonly ModelArguments _model;

    public DecodeVerb()
        : base("decode", "Turns latents back into sound.")
    {
        Arguments.Add(_latents);
        _output = new(this);
        _model = new(this, adapts: false);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var source = arguments.GetRequiredValue(_latents);
        SoundSources.RequireName(source, "the file of latents");
        var file = Read(source);
        var target = _output.Plan(arguments, context, SourceAudio.Stem(source))[0];
        _model.Check(arguments, context);
        var written = target.Path;
        var report = await context
            .WithProgressAsync(async progress =>
            {
                using var loaded = await _model.LoadAsync(arguments, context, progress).ConfigureAwait(false);
                file.RequireModel(loaded, source);
                target.RequireSpace(file.Latents.Seconds, loaded.Model.SampleRate);
                var watch = Stopwatch.StartNew();
                var audio = await new MusicGenerator(loaded.Model).DecodeAsync(file.Latents, context.Cancellation).ConfigureAwait(false);
                audio = audio.Slice(0, (int)Math.Min(audio.Frames, file.Samples));
                (written, var clipping) = await target
                    .WriteAsync(
                        audio,
                        new()
                        {
                            Title = file.Title,
                            Software = MelodyVersion.Software,
                            Recipe = file.Recipe,
                        },
                        context
                    )
                    .ConfigureAwait(false);
                return CodecReport.Make("decode", written, source, file.Latents, audio.Seconds, loaded, watch.Elapsed, clipping.Samples);
            })
            .ConfigureAwait(false);
        if (target.Path == "-")
            context.Note(report.Sentence);
        else
            context.WriteResult(report, console => console.Profile.Out.Writer.WriteLine(report.Sentence));
        OutputTarget.RequireName(target.Path, written);
        return ExitCode.Success;
    }

    private static LatentFile Read(string path)
    {
        TorchRuntime.Initialize(); // no model has been loaded yet, and the file is read into a tensor
        try
        {
            return LatentFile.Read(path);
        }
        catch (MelodyException e) when (IsSound(path))
        {
            throw new MelodyException($"'{path}' is a sound and holds no latents; give a file that 'melody encode' wrote.", e);
        }
    }

    private static bool IsSound(string path)
    {
        try
        {
            AudioReader.Open(path).Dispose();
        }
        catch (MelodyException)
        {
            return false;
        }
        return true;
    }
}
