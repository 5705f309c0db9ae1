using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Mixing;

/// <summary>One performer as the mix sees it: what a channel of the song plays.</summary>
/// <param name="Channel">The channel of the song.</param>
/// <param name="Role">What it does in the piece.</param>
/// <param name="Program">General MIDI program 0..127; 128 for the drum kit.</param>
/// <param name="LowestHertz">The frequency that nearly all of its notes lie above; 0 for drums.</param>
internal sealed record Player(int Channel, PlayerRole Role, int Program, double LowestHertz)
{
    /// <summary>Place of its track in the song; the two takes of a doubled part share it.</summary>
    public int Part { get; init; }

    /// <summary>0 for the only take of a part; 1 and 2 for the two takes of a doubled one.</summary>
    public int Take { get; init; }

    /// <summary>Whether it is the bass drum alone.</summary>
    public bool IsKick { get; init; }

    /// <summary>Whether it is a drum kit or its bass drum.</summary>
    public bool IsDrums => Program == Instrument.DrumKit;
}
