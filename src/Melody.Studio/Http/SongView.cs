using System.Text.Json;
using Melody.Studio.Store;

namespace Melody.Studio.Http;

/// <summary>A song as clients see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people.</param>
/// <param name="Prompt">What it was made from.</param>
/// <param name="Origin">generate, like, continue, inpaint, loop or upload.</param>
/// <param name="Created">When.</param>
/// <param name="Seconds">Length.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Channels">Samples of a frame.</param>
/// <param name="Favourite">Whether somebody likes it.</param>
/// <param name="Tags">Words that people sort by.</param>
/// <param name="Trashed">When it was deleted; null where it was not.</param>
/// <param name="Source">The song that it was made from.</param>
/// <param name="Job">The job that made it.</param>
/// <param name="Seed">The seed that it was made with.</param>
/// <param name="Audio">Where its sound is.</param>
internal sealed record SongView(
    string Id,
    string Title,
    string? Prompt,
    string Origin,
    DateTimeOffset Created,
    double Seconds,
    int SampleRate,
    int Channels,
    bool Favourite,
    IReadOnlyList<string> Tags,
    DateTimeOffset? Trashed,
    string? Source,
    string? Job,
    long? Seed,
    string Audio
)
{
    /// <summary>
    /// In the answer to an upload that went beyond full scale: by how many dB it was made softer, so that nothing of it clips; else null.
    /// </summary>
    public double? SoftenedDecibels { get; init; }

    /// <summary>From a record.</summary>
    public static SongView Of(SongRecord song) =>
        new(
            song.Id,
            song.Title,
            song.Prompt,
            song.Origin,
            song.Created,
            Math.Round(song.Seconds, 6),
            song.SampleRate,
            song.Channels,
            song.Favourite,
            song.Tags,
            song.Trashed,
            song.Source,
            song.Job,
            SeedOf(song.Recipe),
            $"/v1/songs/{song.Id}/audio"
        );

    private static long? SeedOf(string? recipe)
    {
        if (recipe is null)
            return null;
        using var json = JsonDocument.Parse(recipe);
        return json.RootElement.TryGetProperty("seed", out var seed) ? seed.GetInt64() : null;
    }
}

/// <summary>A page of songs, newest first.</summary>
/// <param name="Songs">The songs.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null on the last one.</param>
internal sealed record SongPage(IReadOnlyList<SongView> Songs, string? Next);

/// <summary>The outline of a song.</summary>
/// <param name="Seconds">Its length.</param>
/// <param name="Points">Lowest and highest sample, -1 to 1, of each of equally long stretches: lowest, highest, lowest, highest
/// ...</param>
internal sealed record WaveformView(double Seconds, IReadOnlyList<double> Points);
