using Melody.Generation;

namespace Melody.Endless;

/// <summary>A piece that a model makes, or one of which only the last moments are left.</summary>
internal sealed class ModelMusicPiece : IMusicPiece
{
    private const double MostKeptSeconds = 120;

    private readonly Session? _session;
    private readonly TimelineTail? _tail;
    private readonly long _origin;

    /// <summary>A piece in the making.</summary>
    /// <param name="session">Makes it.</param>
    /// <param name="origin">Position at which its timeline begins, with the known moments.</param>
    public ModelMusicPiece(Session session, long origin) => (_session, _origin) = (session, origin);

    /// <summary>The last moments of a piece.</summary>
    /// <param name="tail">They.</param>
    public ModelMusicPiece(TimelineTail tail) => _tail = tail;

    /// <summary>What was read of the request.</summary>
    public required GenerationPlan Plan { get; init; }

    /// <summary>The request.</summary>
    public required EndlessRequest Request { get; init; }

    /// <summary>Which piece it is.</summary>
    public required int Number { get; init; }

    /// <inheritdoc/>
    public required MusicGrid Grid { get; init; }

    /// <inheritdoc/>
    public long Start => _origin + (_session?.FirstSample ?? 0);

    /// <inheritdoc/>
    public Task<float[]?> NextAsync(CancellationToken cancellation) =>
        _session?.NextAsync(null, cancellation) ?? Task.FromResult<float[]?>(null);

    /// <summary>What is known before a position.</summary>
    /// <param name="position">Where another piece begins.</param>
    /// <param name="seconds">About how much is kept; infinity for as much as a listener may be behind.</param>
    public TimelineTail TailAt(long position, double seconds) =>
        _tail ?? _session!.Tail(position - _origin, Math.Min(seconds, MostKeptSeconds), _origin);

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();
}
