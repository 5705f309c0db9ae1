using System.Globalization;
using Melody.Studio.Store;

namespace Melody.Studio.Songs;

/// <summary>Somebody's own music, taken in.</summary>
/// <param name="Song">As it is kept.</param>
/// <param name="SoftenedDecibels">By how much it was made softer, because it went beyond full scale; null where it did not.</param>
internal sealed record UploadedSong(SongRecord Song, double? SoftenedDecibels)
{
    /// <summary>A sentence on what was changed of it; null for nothing.</summary>
    public string? Remark =>
        SoftenedDecibels is { } decibels
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The music went beyond full scale by {decibels:0.0##} dB, and was turned down by as much."
            )
            : null;
}
