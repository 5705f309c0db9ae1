using System.Diagnostics;
using Melody.Audio;
using Melody.Studio.Engine;
using Melody.Studio.Orders;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Melody.Studio.Jobs;

/// <summary>
/// The one worker: makes job after job, piece after piece. When the server stops, the running job is left to the next process.
/// </summary>
internal sealed class JobWorker(
    JobBoard board,
    JobQueue queue,
    Pace pace,
    IMusicEngine engine,
    SongLibrary library,
    StudioTelemetry telemetry,
    ILogger<JobWorker> log
) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.WatchQueue(() => queue.Count);
        while (!stoppingToken.IsCancellationRequested)
        {
            JobTicket ticket;
            try
            {
                ticket = await queue.DequeueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            using (ticket)
                await RunAsync(ticket, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(JobTicket ticket, CancellationToken stopping)
    {
        using var activity = telemetry.Traces.StartActivity("job");
        activity?.SetTag("melody.task", ticket.Record.Order.Task).SetTag("melody.job", ticket.Id);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ticket.Cancellation, stopping);
        var (state, error) = (JobState.Done, (string?)null);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await board.BeginAsync(ticket).ConfigureAwait(false);
            await MakeAsync(ticket, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ticket.Cancellation.IsCancellationRequested)
        {
            state = JobState.Cancelled;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.JobLeft(ticket.Id);
            board.Leave(ticket);
            return;
        }
        catch (MelodyException e)
        {
            (state, error) = (JobState.Failed, e.Message);
        }
#pragma warning disable CA1031 // whatever it is, the other jobs go on
        catch (Exception e)
        {
            log.JobFailed(e, ticket.Id);
            (state, error) = (JobState.Failed, "Something went wrong that should not have; the server's log tells more.");
        }
        activity?.SetTag("melody.state", state);
        telemetry.CountJob(state.ToString().ToLowerInvariant());
        try
        {
            await board.EndAsync(ticket, state, error).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.JobNotKept(e, ticket.Id);
            board.Leave(ticket);
        }
#pragma warning restore CA1031
    }

    private async Task MakeAsync(JobTicket ticket, CancellationToken cancellation)
    {
        var order = ticket.Record.Order;
        var source = order.Source is { } id ? await SourceAsync(id, cancellation).ConfigureAwait(false) : null;
        var sound = source is null ? null : await library.ReadMonoAsync(source, engine.Info.SampleRate, cancellation).ConfigureAwait(false);
        // pieces that were kept before a restart stay as they are
        var kept = await library.OfJobAsync(ticket.Id, cancellation).ConfigureAwait(false);
        ticket.Songs = [.. kept.Select(song => song.Id)];
        for (int piece = 0; piece < order.Count; piece++)
        {
            if (kept.Any(song => song.Piece == piece))
                continue;
            var song = await PieceAsync(ticket, piece, source, sound, cancellation).ConfigureAwait(false);
            ticket.Songs = [.. ticket.Songs, song.Id];
            board.Beat();
        }
    }

    private async Task<SongRecord> PieceAsync(
        JobTicket ticket,
        int piece,
        SongRecord? source,
        AudioClip? sound,
        CancellationToken cancellation
    )
    {
        var order = ticket.Record.Order;
        var live = new LiveSound(engine.Info.SampleRate);
        ticket.Sound = live;
        var report = new PieceReport(board, ticket, piece, telemetry);
        var watch = Stopwatch.StartNew();
        try
        {
            var made = await engine.MakeAsync(order, piece, sound, report, live.Add, cancellation).ConfigureAwait(false);
            var recipe = source is null ? made.Recipe : made.Recipe with { Source = source.Title };
            pace.Learn(Pace.NewSeconds(order), watch.Elapsed.TotalSeconds);
            telemetry.CountPiece(Pace.NewSeconds(order), watch.Elapsed.TotalSeconds);
            return await library
                .AddMadeAsync(ticket.Id, piece, made.Audio, recipe, source?.Id, TitleOf(order, source), cancellation)
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
            OrderTask.Inpaint => SongTexts.TitleFrom($"{source!.Title}, remade", "Music"),
            _ => SongTexts.TitleFrom($"{source!.Title}, loop", "Music"),
        };
}
