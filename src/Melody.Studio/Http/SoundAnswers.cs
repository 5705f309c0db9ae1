using Melody.Studio.Songs;
using Melody.Studio.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Melody.Studio.Http;

/// <summary>The sound of songs as answers, in any format, with ranges and an entity tag: a sound never changes.</summary>
internal sealed class SoundAnswers(FormatCache formats)
{
    /// <summary>The answer.</summary>
    /// <param name="song">The song.</param>
    /// <param name="format">How it is sent.</param>
    /// <param name="download">Whether a browser should keep it as a file.</param>
    /// <param name="cancellation">Ends the conversion.</param>
    /// <exception cref="MelodyException">The format cannot be written on this machine.</exception>
    public async Task<IResult> OfAsync(SongRecord song, SongFormat format, bool download, CancellationToken cancellation)
    {
        var path = await formats.FileAsync(song, format, cancellation).ConfigureAwait(false);
        return Results.File(
            path,
            format.MediaType,
            download ? SongTexts.FileName(song.Title, format.Name) : null,
            song.Created,
            new EntityTagHeaderValue($"\"{song.Id}-{format.Name}\""),
            enableRangeProcessing: true
        );
    }
}
