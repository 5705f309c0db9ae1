namespace Melody.Tests;

/// <summary>Code that documents quote and no sample has: it is compiled here, and never run.</summary>
internal static class DocumentSnippets
{
    public static async Task LoopAsync(MusicGenerator generator)
    {
        var song = await generator.GenerateAsync("driving house with drums and synth bass, 124 bpm", new() { Seconds = 8, Seed = 3 });
        var loop = await generator.LoopAsync(song.Audio, "driving house, 124 bpm");
        loop.Write("loop.wav");
    }
}
