using System.Globalization;
using Melody;

// A song from a sentence: dotnet run -- "slow sad piano in A minor, 70 bpm" song.wav 30
string prompt = args.ElementAtOrDefault(0) ?? "slow sad piano in A minor, 70 bpm";
string file = args.ElementAtOrDefault(1) ?? "song.wav";
double seconds = double.TryParse(args.ElementAtOrDefault(2), CultureInfo.InvariantCulture, out double given) ? given : 10;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    interrupted.Cancel(); // ends the work within a step of the networks
};

try
{
    using var model = await MusicModel.LoadAsync(); // of the package Melody.Models.Mini, or the folder that you name
    var generator = new MusicGenerator(model);

    var song = await generator.GenerateAsync(prompt, new() { Seconds = seconds, Seed = 7 }, cancellation: interrupted.Token);
    song.Write(file); // WAV, FLAC, Opus, Ogg or MP3 by its name, with the recipe inside

    Console.WriteLine($"{file}: {seconds} s of \"{prompt}\", seed {song.Recipe.Seed}");
    if (song.Report.NotUnderstood is [_, ..] words)
        Console.WriteLine($"Not understood: {string.Join(", ", words)}");
    return 0;
}
catch (MelodyException e)
{
    Console.Error.WriteLine(e.Message); // one sentence for a person: what was wrong, what to do
    return 2;
}
catch (OperationCanceledException)
{
    return 130;
}
