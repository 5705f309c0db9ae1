using System.Diagnostics;

namespace Melody.Endless;

/// <summary>
/// Makes music ahead of the host, in the background and no further than a deck holds. A change of prompt opens a second deck, which
/// begins at a line of the first one's grid: what was made ahead is played up to there only.
/// </summary>
/// <param name="maker">Makes it.</param>
/// <param name="options">The host's format, and how much is made ahead.</param>
/// <param name="player">The host's end.</param>
internal sealed class EndlessProducer(IMusicMaker maker, EndlessOptions options, DeckPlayer player)
{
    private const double FadeSeconds = 0.03, // as where music is continued
        PlainFadeSeconds = 0.005, // where nothing sounds before the first beat
        LatencyMargin = 0.25;
    private const int MostReserved = 2; // steps from line to line that are made at most before other music is begun

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly double _ratio = (double)options.SampleRate / maker.SampleRate;
    private readonly object _lock = new();
    private readonly List<TaskCompletionSource<byte[]>> _saves = [];
    private Change? _change;
    private CancellationTokenSource? _turn;
    private bool _isOver,
        _isBroken; // whether the piece's next samples are lost with a step that was cancelled
    private EndlessRequest? _request;
    private IMusicPiece? _piece;
    private PieceJoin _join = new(0, maker.Channels);
    private DeckFeed? _feed,
        _leaving;
    private double _latency = 3; // seconds from a change of prompt to its first sound, as far as is known
    private long _shift; // host frames by which decks came later than they were planned

    private bool ChangeWaits
    {
        get
        {
            lock (_lock)
                return _change is not null;
        }
    }

    /// <summary>Asks for other music; an earlier request that is not carried out yet is forgotten.</summary>
    /// <returns>Ends when the other music is ready to be played; cancelled when it is forgotten.</returns>
    public Task RequestAsync(EndlessRequest request, MusicMoment moment)
    {
        var change = new Change(request, moment, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _change?.Ready.TrySetCanceled();
            if (_isOver)
                change.Ready.TrySetCanceled();
            else
                _change = change;
            _turn?.Cancel();
        }
        return change.Ready.Task;
    }

    /// <summary>Goes on with music that was saved, before <see cref="RunAsync"/>.</summary>
    public void Restore(EndlessState saved)
    {
        (_piece, _request, _isBroken) = (saved.Piece, saved.Request, true);
        _join = new((int)(FadeSeconds * maker.SampleRate), maker.Channels);
        Open(saved.Position, player.Position, 1, saved.Piece.Grid.Scaled(_ratio), MusicMoment.Now, saved.Gain);
        _feed!.Add(_join.Begin(saved.Position, saved.Samples));
        _ = player.Offer(_feed.Deck);
    }

    /// <summary>What is needed to go on from here, once there is music; waits for the window that is made.</summary>
    /// <exception cref="MelodyException">The music cannot be saved.</exception>
    public Task<byte[]> SaveAsync()
    {
        var save = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isOver)
                save.SetException(new MelodyException("The music has ended and cannot be saved."));
            else
                _saves.Add(save);
        }
        return save.Task;
    }

    /// <summary>Makes music until it is cancelled or the host's end says that the music has ended.</summary>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!player.HasEnded)
            {
                Save();
                if (ChangeWaits || Flush())
                    await TurnAsync(cancellation).ConfigureAwait(false);
                else
                    await WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
        finally
        {
            lock (_lock)
            {
                _isOver = true;
                _change?.Ready.TrySetCanceled(CancellationToken.None);
                foreach (var save in _saves)
                    save.TrySetException(new MelodyException("The music has ended and cannot be saved."));
            }
            player.Finish();
            _piece?.Dispose();
        }
    }

    // a change of prompt, or the next samples; another change ends it early
    private async Task TurnAsync(CancellationToken cancellation)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Change? change;
        lock (_lock)
        {
            (change, _change) = (_change, null);
            _turn = turn;
        }
        try
        {
            if (change is not null)
                await ChangeAsync(change, turn.Token).ConfigureAwait(false);
            else
                await ContinueAsync(turn.Token).ConfigureAwait(false);
            change?.Ready.TrySetResult();
        }
        catch (OperationCanceledException e)
        {
            change?.Ready.TrySetCanceled(e.CancellationToken);
            if (cancellation.IsCancellationRequested || !ChangeWaits)
                throw;
        }
        catch (MelodyException e) when (change is not null)
        {
            change.Ready.TrySetException(e);
            if (_piece is null)
                throw; // no music to go on with
        }
        catch (Exception e) when (change is not null)
        {
            change.Ready.TrySetException(e); // who waits for it is told too
            throw;
        }
        finally
        {
            lock (_lock)
                _turn = null;
        }
    }

    private async Task ContinueAsync(CancellationToken cancellation)
    {
        if (!_isBroken)
        {
            _isBroken = true; // unless the step comes to its end
            float[]? samples = await FlushingAsync(_piece!.NextAsync(cancellation)).ConfigureAwait(false);
            _isBroken = samples is null;
            if (samples is not null)
            {
                _feed!.Add(_join.Add(samples));
                return;
            }
        }
        var next = await FlushingAsync(maker.OpenAsync(_request!, _piece, _join.End, cancellation)).ConfigureAwait(false);
        _piece!.Dispose();
        (_piece, _isBroken) = (next, false);
        _join.Follow(next.Start);
    }

    private async Task ChangeAsync(Change change, CancellationToken cancellation)
    {
        while (_feed is not null && player.Playing is { } playing && playing != _feed.Deck && !player.HasEnded)
        {
            Flush();
            await WaitAsync(cancellation).ConfigureAwait(false); // until the change before is heard
        }
        long at = 0,
            most = long.MaxValue;
        while (_feed is not null)
        {
            if (Line(change.Moment) is { } line)
            {
                at = line;
                double step = _piece!.Grid.Step(change.Moment);
                long made = ModelPosition(_feed.End);
                most = Math.Min(most, made + (long)(MostReserved * step));
                if (at + step <= made || made >= most || !Flush())
                    break;
            }
            await ContinueAsync(cancellation).ConfigureAwait(false); // up to the line, and to the next for one that comes late
        }
        var watch = Stopwatch.StartNew();
        var piece = await FlushingAsync(maker.OpenAsync(change.Request, _piece, at, cancellation)).ConfigureAwait(false);
        try
        {
            if (await FlushingAsync(piece.NextAsync(cancellation)).ConfigureAwait(false) is not { } samples)
                throw new InvalidOperationException("The piece has no samples.");
            Lead(piece, at, change.Moment, samples);
        }
        catch
        {
            piece.Dispose();
            throw;
        }
        _request = change.Request;
        _latency = watch.Elapsed.TotalSeconds;
        while (!player.Offer(_feed!.Deck))
            await WaitAsync(CancellationToken.None).ConfigureAwait(false); // the reader takes it at once
    }

    // where the piece begins that a change asks for: late enough to be made in time, and not behind what is there; null where no line
    // lies between what was played and what is made
    private long? Line(MusicMoment moment)
    {
        var grid = _piece!.Grid;
        long made = ModelPosition(_feed!.End),
            played = ModelPosition(player.Position),
            soonest = played + (long)(_latency * (1 + LatencyMargin) * maker.SampleRate),
            line = grid.LineFrom(soonest, moment);
        if (line > made)
            line = grid.LineUntil(made, moment);
        return line > played ? line
            : moment == MusicMoment.Now ? made
            : null;
    }

    private long ModelPosition(long frame) => (long)((frame - _shift - _feed!.Deck.Delayed) / _ratio);

    // puts a piece on a deck of its own
    private void Lead(IMusicPiece piece, long at, MusicMoment moment, float[] samples)
    {
        int whole = (int)(FadeSeconds * maker.SampleRate),
            lead = (int)Math.Min(whole, at - piece.Start);
        _shift += _feed?.Deck.Delayed ?? 0;
        var grid = piece.Grid.Scaled(_ratio);
        _piece?.Dispose();
        (_piece, _isBroken, _join, _leaving) = (piece, false, new(whole, maker.Channels), _feed);
        _join.Begin(at - lead, piece.Start);
        Open(
            at - lead,
            (long)Math.Round((at - lead) * _ratio) + _shift,
            Math.Max(1, (int)(lead > 0 ? lead * _ratio : PlainFadeSeconds * options.SampleRate)),
            grid with
            {
                Origin = grid.Origin + _shift,
            },
            moment,
            null
        );
        _feed!.Add(_join.Add(samples));
        Flush();
    }

    private void Open(long position, long start, int fade, MusicGrid grid, MusicMoment moment, double? gain) =>
        _feed = new(
            new(new((int)(options.AheadSeconds * options.SampleRate), maker.Channels), start, fade, grid, moment),
            position,
            maker.SampleRate,
            options.SampleRate,
            options.Generation.Loudness == LoudnessMode.Raw ? null : options.Generation.TargetLoudness,
            gain
        );

    private void Save()
    {
        TaskCompletionSource<byte[]>[] saves;
        lock (_lock)
        {
            if (_feed is null || _saves.Count == 0)
                return;
            saves = [.. _saves];
            _saves.Clear();
        }
        try
        {
            var (position, samples) = _feed.Unplayed();
            byte[] bytes = EndlessState.Write(maker, _piece!, _join.End, position, [.. samples, .. _join.Held], _feed.Gain);
            foreach (var save in saves)
                save.TrySetResult(bytes);
        }
        catch (MelodyException e)
        {
            foreach (var save in saves)
                save.TrySetException(e);
        }
    }

    // true when more can be made
    private bool Flush()
    {
        if (_leaving is not null && _leaving.Flush())
            (_leaving.Deck.IsLeft, _leaving) = (true, null);
        return _feed?.Flush() ?? false;
    }

    // what is there goes on to the deck while more is made
    private async Task<T> FlushingAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Flush();
            await Task.WhenAny(work, Task.Delay(Pause)).ConfigureAwait(false);
        }
        return await work.ConfigureAwait(false);
    }

    private static Task WaitAsync(CancellationToken cancellation) => Task.Delay(Pause, cancellation);

    private sealed record Change(EndlessRequest Request, MusicMoment Moment, TaskCompletionSource Ready);
}
