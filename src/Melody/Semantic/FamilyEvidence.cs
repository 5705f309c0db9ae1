namespace Melody.Semantic;

/// <summary>
/// Which instrument family a song's last seconds are taken for, and which families would make the wished ones plainer: a piano that
/// is plainly heard need not sound in every frame, and a stranger that grows as loud as it is pushed back.
/// </summary>
internal sealed class FamilyEvidence
{
    /// <summary>In nats, for a family that sounds with certainty.</summary>
    public const double Own = 18;

    /// <summary>Evidence that a frame gives, of its worth in steering.</summary>
    public const double Weight = 0.0055;

    private static readonly double[][] Fits = [.. FrameFacts.FamilyNames.Select((_, family) => FrameFacts.FamilyNames.Select((_, fact) => fact == family ? Own : 0).ToArray())];

    private readonly InstrumentWishes _wishes;
    private readonly Evidence _evidence;

    /// <param name="wishes">Families that are asked for, at least one; all alike.</param>
    /// <param name="memory">After how many frames evidence has faded to 1/e.</param>
    public FamilyEvidence(InstrumentWishes wishes, double memory)
    {
        ArgumentOutOfRangeException.ThrowIfZero(wishes.Wanted.Count);
        _wishes = wishes;
        _evidence = new(Fits, [.. FrameFacts.FamilyNames.Select((_, family) => wishes.Wanted.Contains(family) ? 1.0 / wishes.Wanted.Count : 0)], Weight, memory);
    }

    /// <summary>Takes in a frame.</summary>
    /// <param name="families">How much each family sounds, 12 numbers from 0.</param>
    public void Hear(ReadOnlySpan<float> families) => _evidence.Hear(families);

    /// <summary>How likely each family is to be what is heard, by <see cref="Hear"/>.</summary>
    public double[] Probabilities() => _evidence.Probabilities();

    /// <summary>
    /// What each family is worth in the next frame, nats: of those that are wanted, and of others where the wanted are to play alone.
    /// </summary>
    public double[] Worth() =>
        [.. _evidence.Worth().Select((worth, family) => _wishes.Wanted.Contains(family) || _wishes.Alone && !_wishes.Unwanted.Contains(family) ? worth : 0)];
}
