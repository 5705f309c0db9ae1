using System.CommandLine;
using System.Diagnostics;
using Melody.Cli.Shared;
using Melody.Foundation;

namespace Melody.Cli.Verbs;

/// <summary><c>melody encode FILE</c>: sound to the latents of the audio autoencoder.</summary>
internal sealed class EncodeVerb : Verb
{
    private const string Ending = ".latents.safetensors";

    private readonly Argument<string> _music = new("music")
    {
        Description = "The sound: WAV, FLAC, Ogg or MP3 of any rate; '-' for standard input.",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = $"The file to write; NAME{Ending} by default.",
        HelpName = "file",
    };
    private readonly Option<bool> _force = OutputArguments.ForceOption();
    private readonly ModelArguments _model;

    public EncodeVerb()
        : base("encode", "Turns sound into latents, which 'decode' turns back into sound.")
    {
        Arguments.Add(_music);
        Options.Add(_output);
        Options.Add(_force);
        _model = new(this, adapts: false);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var music = arguments.GetRequiredValue(_music);
        await SourceAudio.CheckAsync(music, context).ConfigureAwait(false);
        var name = SourceAudio.Stem(music) + Ending;
        var path = arguments.GetValue(_output) ?? name;
        if (Directory.Exists(path))
            path = Path.Combine(path, name);
        bool force = arguments.GetValue(_force);
        OutputTarget.CheckName(path, force);
        var written = path;
        AtomicFile.Create(path).Dispose(); // what would go wrong at the end goes wrong now
        _model.Check(arguments, context);
        var report = await context
            .WithProgressAsync(async progress =>
            {
                using var loaded = await _model.LoadAsync(arguments, context, progress).ConfigureAwait(false);
                var watch = Stopwatch.StartNew();
                var clip = await SourceAudio.ReadAsync(music, loaded.Model, context).ConfigureAwait(false);
                var latents = await new MusicGenerator(loaded.Model).EncodeAsync(clip, context.Cancellation).ConfigureAwait(false);
                var metadata = await SourceAudio.MetadataAsync(music, context).ConfigureAwait(false);
                context.Cancellation.ThrowIfCancellationRequested();
                var lies = new LatentFile(latents, clip.Frames, loaded.Id, loaded.Model.Hash, metadata.Title, metadata.Recipe).Write(
                    path,
                    force
                );
                written = lies;
                return CodecReport.Make("encode", lies, music, latents, clip.Seconds, loaded, watch.Elapsed);
            })
            .ConfigureAwait(false);
        context.WriteResult(report, console => console.Profile.Out.Writer.WriteLine(report.Sentence));
        OutputTarget.RequireName(path, written);
        return ExitCode.Success;
    }
}
