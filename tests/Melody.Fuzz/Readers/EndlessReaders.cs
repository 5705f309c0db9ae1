using Melody.Endless;

namespace Melody.Fuzz.Readers;

/// <summary>Music without end that was saved.</summary>
internal static class EndlessReaders
{
    // as long as the process: readers are not disposed of
    private static readonly Lazy<MusicModel> Model = new(() => MusicModel.CreateUntrained("test", 1));

    public static Reader State()
    {
        var maker = new ModelMusicMaker(Model.Value, 4);
        byte[] seed = Save(maker);
        return new("", [seed], ["Melody endless music 3\n", "\u00FF\u00FF\u00FF\u00FF\u000F", "null", "\"bpm\":0"], false, bytes =>
        {
            var state = EndlessState.Read(maker, new MemoryStream(bytes, writable: false));
            state.Piece.Dispose();
            DefectException.Unless(
                state is { Position: >= 0, Request.Options: not null } && state.Gain is null or > -200 and < 200,
                "a state that cannot be"
            );
        });
    }

    private static byte[] Save(ModelMusicMaker maker)
    {
        var options = new GenerationOptions
        {
            Seed = 1,
            Steps = 1,
            Guidance = 1,
            Bpm = 90,
            Loudness = LoudnessMode.Raw,
        };
        using var piece = maker.OpenAsync(new("slow piano", options, false), null, 0, default).GetAwaiter().GetResult();
        int made = piece.NextAsync(default).GetAwaiter().GetResult()!.Length;
        return EndlessState.Write(maker, piece, made, 0, new float[2], -3);
    }
}
