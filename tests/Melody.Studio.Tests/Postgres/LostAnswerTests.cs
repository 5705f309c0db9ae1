using Melody.Audio;
using Melody.Studio.Postgres;
using Melody.Studio.Songs;
using Melody.Studio.Store;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Melody.Studio.Tests.Postgres;

/// <summary>A real PostgreSQL does what it was told, but its answer does not arrive: it is told again.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LossyRoad _road = null!;
    private SqlStore _store = null!;
    private SongLibrary _library = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _road = new(await (await PostgresServer.StartAsync()).NewDatabaseAsync());
        _store = new(await PostgresDatabase.OpenAsync(_road.Address, TimeSpan.FromSeconds(20), Token));
        _library = new(
            _store,
            new FolderSounds(_folder.Path, TimeSpan.Zero, TimeProvider.System, NullLogger<FolderSounds>.Instance),
            new(_folder.Path),
            UploadLimits.Default,
            TimeProvider.System,
            NullLogger<SongLibrary>.Instance
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_road is not null)
            await _road.DisposeAsync();
        _folder.Dispose();
    }

    private static AudioClip Sound => new([0.5f, -0.5f, 0.25f], 8000);

    // one song, whose sound is there
    private async Task IsKeptAsync(SongRecord song)
    {
        Assert.Equal(1, _road.Lost);
        Assert.Equal([song.Id], await _store.SongIdsAsync(Token));
        Assert.Equal(3, AudioClip.Read(await _library.PathAsync(song, Token)).Frames);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_piece_of_a_job_is_kept_once_with_its_sound()
    {
        var recipe = new GenerationRecipe
        {
            Task = "generate",
            Seed = 1,
            Options = new(),
            Model = "m",
            ModelHash = "h",
            Version = "1",
        };
        _road.LoseAnswerTo("INSERT INTO songs");
        await IsKeptAsync(await _library.AddMadeAsync(TimedId.New(), null, 0, Sound, recipe, null, "Rain", Token));
    }

    [Fact]
    public async Task An_upload_is_kept_once_with_its_sound()
    {
        using var content = new MemoryStream();
        Sound.Write(content, AudioFormat.Wav);
        content.Position = 0;
        _road.LoseAnswerTo("INSERT INTO songs");
        await IsKeptAsync((await _library.UploadAsync(content, "rain.wav", Token)).Song);
    }
}
