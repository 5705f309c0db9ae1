using Melody.Studio.Songs;
using Melody.Studio.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Melody.Studio.Http;

/// <summary>The endpoints of the library.</summary>
internal static class SongEndpoints
{
    private const int MostSongs = 200;

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/songs").WithTags("Library");
        group
            .MapGet("", ListAsync)
            .WithName("ListSongs")
            .WithSummary("Songs, newest first; words of 'search' occur in title, prompt or tags.")
            .Produces<SongPage>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        group
            .MapPost("", UploadAsync)
            .WithName("UploadSong")
            .WithSummary(
                "Takes in your own music: a sound file as body or as a form's file; 'name' becomes its title. What goes beyond full scale "
                    + "is made softer as a whole, by the answer's 'softenedDecibels'."
            )
            .Accepts<IFormFile>("audio/*", "multipart/form-data")
            .Produces<SongView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .DisableAntiforgery();
        Answer(
            group.MapGet("/{id}", (string id, SongLibrary library, CancellationToken token) => Seen(library.FindAsync(id, token))),
            "GetSong",
            "A song."
        );
        Answer(
            group.MapPatch("/{id}", (string id, SongEdit body, SongLibrary library, CancellationToken token) =>
                Seen(library.EditAsync(id, body, token))
            ),
            "EditSong",
            "Changes title, favourite or tags."
        );
        Answer(
            group.MapPost("/{id}/restore", (string id, SongLibrary library, CancellationToken token) =>
                Seen(library.RestoreAsync(id, token))
            ),
            "RestoreSong",
            "Takes a song out of the trash."
        );
        group
            .MapDelete("/{id}", DeleteAsync)
            .WithName("DeleteSong")
            .WithSummary("Puts a song into the trash, where it stays for thirty days; with 'permanently=true' it is gone.")
            .Produces<SongView>()
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{id}/audio", AudioAsync)
            .WithName("SongAudio")
            .WithSummary("The sound as flac, wav, ogg, opus or mp3, with its recipe inside; ranges are answered.")
            .Produces(StatusCodes.Status200OK, contentType: "audio/flac")
            .Produces(StatusCodes.Status206PartialContent, contentType: "audio/flac")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{id}/waveform", WaveformAsync)
            .WithName("SongWaveform")
            .WithSummary("The outline of a song for drawing, 1 to 2000 points.")
            .Produces<WaveformView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{id}/recipe", RecipeAsync)
            .WithName("SongRecipe")
            .WithSummary("Everything that is needed to make the song again.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void Answer(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint
            .WithName(name)
            .WithSummary(summary)
            .Produces<SongView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Seen(Task<SongRecord?> song) =>
        await song.ConfigureAwait(false) is { } found ? Results.Ok(SongView.Of(found)) : Problems.NotFound("song");

    private static async Task<IResult> ListAsync(
        SongLibrary library,
        CancellationToken cancellation,
        string? search = null,
        string? tag = null,
        bool favourite = false,
        bool trashed = false,
        string? after = null,
        int limit = 50
    )
    {
        if (limit is < 1 or > MostSongs)
            throw new MelodyException($"The limit is {limit}; give 1 to {MostSongs}.");
        if (after is not null && !TimedId.IsValid(after))
            throw new MelodyException("The value of 'after' is not the id of a song; give what 'next' said.");
        var query = new SongQuery
        {
            Search = search,
            Tag = tag,
            FavouritesOnly = favourite,
            Trashed = trashed,
            After = after,
            Limit = limit + 1,
        };
        var songs = await library.ListAsync(query, cancellation).ConfigureAwait(false);
        var page = songs.Take(limit).Select(SongView.Of).ToList();
        return Results.Ok(new SongPage(page, songs.Count > limit ? page[^1].Id : null));
    }

    private static async Task<IResult> DeleteAsync(string id, SongLibrary library, CancellationToken cancellation, bool permanently = false)
    {
        if (!permanently)
            return await Seen(library.TrashAsync(id, cancellation)).ConfigureAwait(false);
        return await library.PurgeAsync(id, cancellation).ConfigureAwait(false) ? Results.NoContent() : Problems.NotFound("song");
    }

    private static async Task<IResult> AudioAsync(
        string id,
        SongLibrary library,
        SoundAnswers sounds,
        CancellationToken cancellation,
        string? format = null,
        bool download = false
    )
    {
        var kind = SongFormat.Of(format);
        return await library.FindAsync(id, cancellation).ConfigureAwait(false) is { } song
            ? await sounds.OfAsync(song, kind, download, cancellation).ConfigureAwait(false)
            : Problems.NotFound("song");
    }

    private static async Task<IResult> WaveformAsync(string id, SongLibrary library, CancellationToken cancellation, int points = 800)
    {
        if (points is < 1 or > Peaks.Count)
            throw new MelodyException($"The number of points is {points}; give 1 to {Peaks.Count}.");
        return await library.FindAsync(id, cancellation).ConfigureAwait(false) is { } song
            ? Results.Ok(new WaveformView(song.Seconds, await library.WaveformAsync(id, points, cancellation).ConfigureAwait(false)))
            : Problems.NotFound("song");
    }

    private static async Task<IResult> RecipeAsync(string id, SongLibrary library, CancellationToken cancellation) =>
        await library.FindAsync(id, cancellation).ConfigureAwait(false) switch
        {
            null => Problems.NotFound("song"),
            { Recipe: null } => Results.Problem("The song was uploaded, and has no recipe.", statusCode: StatusCodes.Status404NotFound),
            { Recipe: var recipe } => Results.Text(recipe, "application/json"),
        };

    private static async Task<IResult> UploadAsync(HttpRequest request, SongLibrary library, UploadLimits limits, string? name = null)
    {
        var cancellation = request.HttpContext.RequestAborted;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limits.Bytes + (1 << 16); // the form around the file
        var (song, softened) = request.HasFormContentType
            ? await FromFormAsync(request, library, name, cancellation).ConfigureAwait(false)
            : await library.UploadAsync(request.Body, name, cancellation).ConfigureAwait(false);
        return Results.Created($"/v1/songs/{song.Id}", SongView.Of(song) with { SoftenedDecibels = softened });
    }

    // the form is read as it arrives, so that its file goes to the disk once, and within our limits
    private static async Task<UploadedSong> FromFormAsync(
        HttpRequest request,
        SongLibrary library,
        string? name,
        CancellationToken cancellation
    )
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
            throw new MelodyException("The form has no boundary; send it as multipart/form-data, or the file as the body.");
        var reader = new MultipartReader(boundary, request.Body);
        while (await ReadAsync(reader, cancellation).ConfigureAwait(false) is { } section)
            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
            {
                var given = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                return await library.UploadAsync(section.Body, name ?? given.Value, cancellation).ConfigureAwait(false);
            }
        throw new MelodyException("The form has no file in it; send a sound file.");
    }

    private static async Task<MultipartSection?> ReadAsync(MultipartReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException and not BadHttpRequestException)
        {
            throw new MelodyException("The form is damaged or incomplete; send it again.", e);
        }
    }
}
