using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;

namespace Melody.Corpus.Mixing;

/// <summary>Plays a song player by player and mixes it: a pure function of the song, the font, the settings and the seed.</summary>
internal static class Studio
{
    /// <summary>The produced song.</summary>
    /// <param name="synthesizer">Who plays.</param>
    /// <param name="song">The song.</param>
    /// <param name="roles">The role of each of its tracks.</param>
    /// <param name="production">How the whole is produced.</param>
    /// <param name="seed">Seed of the mix.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Waveform Produce(
        Synthesizer synthesizer,
        MidiSong song,
        IReadOnlyList<PlayerRole> roles,
        ProductionSettings production,
        ulong seed,
        CancellationToken cancellation = default
    )
    {
        var session = Session.Create(song, roles, SeededRandom.For(seed, "takes"));
        var stems = synthesizer.RenderStems(session.Song, cancellation);
        var mixes = new MixDraw(SeededRandom.For(seed, "mix"), production).Draw(session.Players);
        var (rate, channels) = (synthesizer.Settings.SampleRate, synthesizer.Settings.Channels);
        return ProductionChain.Process(Mixer.Mix(stems, mixes, rate, channels), production, cancellation);
    }
}
