using System.Diagnostics;
using Melody.Audio;
using Melody.Studio.Engine;
using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;

namespace Melody.Studio.Jobs;

/// <summary>Makes a job, piece after piece, each of which is in the library once it is made.</summary>
internal sealed class JobMaker(Pace pace, IMusicEngine engine, SongLibrary library, StudioTelemetry telemetry)
{
    /// <summary>Makes the pieces of a job that are not in the library yet.</summary>
    /// <param name="ticket">The job; its songs, sound and step follow the work.</param>
    /// <param name="progress">Reports how far it is.</param>
    /// <param name="cancellation">Ends it within a step.</param>
    /// <exception cref="MelodyException">It cannot be made.</exception>
    /// <exception cref="LeaseLostException">The job is another worker's by now.</exception>
    public async Task MakeAsync(JobTicket ticket, IJobProgress progress, CancellationToken cancellation)
    {
        var order = ticket.Record.Order;
        var source = order.Source is { } id ? await SourceAsync(id, cancellation).ConfigureAwait(false) : null;
        var sound = source is null
            ? null
            : await library.ReadAsync(source, engine.Info.SampleRate, engine.Info.Channels, cancellation).ConfigureAwait(false);
        // pieces that were kept before a restart stay as they are
        var kept = await library.OfJobAsync(ticket.Id, cancellation).ConfigureAwait(false);
        ticket.Songs = [.. kept.Select(song => song.Id)];
        for (int piece = 0; piece < order.Count; piece++)
        {
            if (kept.Any(song => song.Piece == piece))
                continue;
            var song = await PieceAsync(ticket, progress, piece, source, sound, cancellation).ConfigureAwait(false);
            ticket.Songs = [.. ticket.Songs, song.Id];
            progress.Beat();
        }
    }

    private async Task<SongRecord> PieceAsync(
        JobTicket ticket,
        IJobProgress progress,
        int piece,
        SongRecord? source,
        AudioClip? sound,
        CancellationToken cancellation
    )
    {
        var order = ticket.Record.Order;
        var live = new LiveSound(engine.Info.SampleRate, engine.Info.Channels);
        ticket.Sound = live;
        var report = new PieceReport(progress, ticket, piece, telemetry);
        var watch = Stopwatch.StartNew();
        try
        {
            var made = await engine.MakeAsync(order, piece, sound, report, live.Add, cancellation).ConfigureAwait(false);
            var recipe = source is null ? made.Recipe : made.Recipe.From(source.Title, GenerationRecipe.FromAny(source.Recipe));
            pace.Learn(Pace.NewSeconds(order), watch.Elapsed.TotalSeconds);
            telemetry.CountPiece(Pace.NewSeconds(order), watch.Elapsed.TotalSeconds);
            return await library
                .AddMadeAsync(ticket.Id, ticket.Lease, piece, made.Audio, recipe, source?.Id, TitleOf(order, source), cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            live.Complete();
            report.Finish();
        }
    }

    private async Task<SongRecord> SourceAsync(string id, CancellationToken cancellation) =>
        await library.FindAsync(id, cancellation).ConfigureAwait(false)
        ?? throw new MelodyException("The song to start from was deleted while the job waited.");

    private static string TitleOf(MusicOrder order, SongRecord? source) =>
        order.Task switch
        {
            OrderTask.Generate => SongTexts.TitleFrom(order.Prompt, "Music"),
            OrderTask.Like => SongTexts.TitleFrom($"Like {source!.Title}", "Music"),
            OrderTask.Continue => SongTexts.TitleFrom($"{source!.Title}, longer", "Music"),
            OrderTask.Prepend => SongTexts.TitleFrom($"{source!.Title}, with an intro", "Music"),
            OrderTask.Inpaint => SongTexts.TitleFrom($"{source!.Title}, remade", "Music"),
            _ => SongTexts.TitleFrom($"{source!.Title}, loop", "Music"),
        };
}
