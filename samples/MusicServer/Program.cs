using Melody;
using Melody.Audio;
using Melody.Extensions.DependencyInjection;
using MusicServer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMelody(options => builder.Configuration.Bind("Melody", options)); // such as --Melody:Threads=4
builder.Services.AddProblemDetails();

var app = builder.Build();
await app.Services.GetRequiredService<MelodyModel>().LoadAsync(); // so that the first request does not wait

var music = app.MapGroup("/").AddEndpointFilter<RefuseInOneSentence>();

// a whole song
music.MapGet("/song", async (string prompt, double? seconds, long? seed, MusicGenerator generator, CancellationToken cancellation) =>
{
    var options = new GenerationOptions { Seconds = seconds ?? 10, Seed = seed };
    var song = await generator.GenerateAsync(prompt, options, cancellation: cancellation);
    return Results.Bytes(song.Audio.ToBytes(AudioFormat.Flac), "audio/flac");
});

// the same while it is made; who hangs up ends the work
music.MapGet("/stream", (string prompt, double? seconds, IMusicGenerator generator, CancellationToken cancellation) =>
{
    var parts = generator.GenerateStreamingAsync(prompt, new() { Seconds = seconds ?? 60 }, cancellation);
    return WavStream.OpenAsync(parts, cancellation);
});

await app.RunAsync();
