using System.Globalization;
using GameLoop;
using Melody;

// A loop of 60 frames a second with music that follows the game: 1 to 3 choose a mood, Q ends with the phrase.
// dotnet run -- 20 plays for 20 seconds and changes the mood by itself.
const int rate = 48_000,
    channels = 2,
    framesASecond = 60;
string[] moods = ["calm piano, 80 bpm", "fast drums and strings, 140 bpm", "dark slow synth pads"];
double? length = double.TryParse(args.ElementAtOrDefault(0), CultureInfo.InvariantCulture, out double given) ? given : null;

try
{
    using var model = await MusicModel.LoadAsync();
    await using var music = EndlessMusic.Start(model, moods[0], new() { SampleRate = rate, Channels = channels });
    await music.WaitForSoundAsync();
    using var speaker = Speaker.Open(rate, channels);
    var keys = new Keys(length is { } seconds ? [(seconds / 3, '2'), (seconds, 'q')] : []);

    var buffer = new float[rate / framesASecond * channels];
    var pace = new FramePace(framesASecond);
    while (!music.HasEnded)
    {
        char key = keys.Pressed(pace.Elapsed); // the game's own work stands here
        if (key is >= '1' and <= '3')
            _ = music.ChangePrompt(moods[key - '1'], MusicMoment.NextBar);
        if (key == 'q')
            music.Stop(length is null ? MusicMoment.EndOfPhrase : MusicMoment.Now);

        while (speaker.IsHungry(pace.Elapsed))
        {
            music.Read(buffer); // at once: music, or silence
            speaker.Play(buffer);
        }
        pace.WaitForNextFrame();
    }
    Console.WriteLine($"{music.Played.TotalSeconds:0.0} s of music, {music.Silence.TotalSeconds:0.0} s for which none was ready; {pace}");
    return 0;
}
catch (MelodyException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
