using System.CommandLine;
using Melody.Cli.Shared;
using Melody.Generation;

namespace Melody.Cli.Verbs;

/// <summary><c>melody play "prompt"</c>: music without end through the system's player.</summary>
internal sealed class PlayVerb : Verb
{
    private readonly Argument<string[]> _prompt = new("prompt")
    {
        Description = "What the music is like, such as \"calm piano, 80 bpm\".",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<double?> _seconds = TypedOption.Number(
        "--seconds",
        "How long it plays; until Ctrl-C when not given.",
        0.1,
        GenerationOptions.LongestSeconds,
        "s"
    );
    private readonly Option<long?> _seed = TypedOption.Number(
        "--seed",
        "The same seed makes the same music.",
        0L,
        GenerationArguments.LargestSeed
    );
    private readonly ModelArguments _model;

    public PlayVerb()
        : base("play", "Plays music while it is made, without end.")
    {
        Arguments.Add(_prompt);
        Options.Add(_seconds);
        Options.Add(_seed);
        _model = new(this);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        if (context.Json)
            throw new MelodyException("'play' gives sound and no result; leave out --json.");
        string words = string.Join(' ', arguments.GetRequiredValue(_prompt));
        _ = GenerationPlan.Controls(words, new());
        _model.Check(arguments, context);
        using var loaded = await context
            .WithProgressAsync(progress => _model.LoadAsync(arguments, context, progress))
            .ConfigureAwait(false);
        var options = new EndlessOptions
        {
            SampleRate = loaded.Model.SampleRate,
            Channels = 1,
            Generation = new() { Seed = arguments.GetValue(_seed) },
        };
        await using var music = EndlessMusic.Start(loaded.Model, words, options);
        await music.WaitForSoundAsync(context.Cancellation).ConfigureAwait(false);
        using var player = SoundPlayer.Start(music.SampleRate);
        context.Note("Playing; Ctrl-C ends it.");
        await PlayAsync(music, player, arguments.GetValue(_seconds), context.Cancellation).ConfigureAwait(false);
        await player.FinishAsync(context.Cancellation).ConfigureAwait(false);
        return ExitCode.Success;
    }

    // the player takes samples as fast as it plays them; where none are ready it waits, and nothing is lost
    private static async Task PlayAsync(EndlessMusic music, SoundPlayer player, double? seconds, CancellationToken cancellation)
    {
        var buffer = new float[music.SampleRate / 10];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (seconds <= music.Played.TotalSeconds)
                music.Stop(MusicMoment.Now);
            if (music.Completion.IsFaulted && music.Ready < Least)
                await music.Completion.ConfigureAwait(false);
            if (music.Ready < Least && !music.HasEnded && !music.Completion.IsCompleted)
            {
                await Task.Delay(20, cancellation).ConfigureAwait(false);
                continue;
            }
            int count = music.Read(buffer);
            if (count == 0)
                return;
            player.Write(buffer.AsSpan(0, count));
        }
    }

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);
}
