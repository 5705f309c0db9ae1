using Melody.Music;
using Melody.SemanticTokens;

namespace Melody.Steering;

/// <summary>
/// Which of the 24 keys a song is taken for by what sounded in its last seconds, and which pitch classes would make the target
/// plainer: a song plainly in its key is free to leave the tonic, and one that could as well be in a neighbour key is led back.
/// </summary>
/// <param name="target">The key that is asked for.</param>
/// <param name="memory">After how many frames evidence has faded to 1/e.</param>
internal sealed class KeyEvidence(MusicalKey target, double memory)
{
    /// <summary>In nats, for a pitch class that sounds with certainty.</summary>
    public const double OutOfKey = -3.75,
        Tonic = 1.25,
        Third = 0.5,
        Fifth = 0.75;

    /// <summary>Evidence that a frame gives, of its worth in steering.</summary>
    public const double Weight = 0.05;

    /// <summary>What a pitch class out of the key costs however plain the key is, of <see cref="OutOfKey"/>.</summary>
    public const double AlwaysOutOfKey = 0.5;

    private static readonly MusicalKey[] Keys =
    [
        .. Enumerable
            .Range(0, 2 * FrameFacts.PitchClasses)
            .Select(k => new MusicalKey(k % FrameFacts.PitchClasses, k >= FrameFacts.PitchClasses)),
    ];
    private static readonly double[][] Fits =
    [
        .. Keys.Select(key => Enumerable.Range(0, FrameFacts.PitchClasses).Select(pitch => Fit(key, pitch)).ToArray()),
    ];

    private readonly bool[] _outOfKey = [.. Enumerable.Range(0, FrameFacts.PitchClasses).Select(pitch => InKey(target, pitch) is null)];
    private readonly Evidence _evidence = new(Fits, [.. Keys.Select(key => key == target ? 1.0 : 0)], Weight, memory);

    /// <summary>Takes in a frame.</summary>
    /// <param name="pitches">How much each pitch class sounds, 12 numbers from 0.</param>
    public void Observe(ReadOnlySpan<float> pitches) => _evidence.Observe(pitches);

    /// <summary>How likely each key is, by <see cref="Observe"/>: 12 major keys from C on, then 12 minor ones.</summary>
    public double[] Probabilities() => _evidence.Probabilities();

    /// <summary>What each pitch class is worth in the next frame, nats.</summary>
    public double[] LogOdds() =>
        [.. _evidence.LogOdds().Select((worth, pitch) => worth + (_outOfKey[pitch] ? AlwaysOutOfKey * OutOfKey : 0))];

    private static double Fit(MusicalKey key, int pitch) => InKey(key, pitch) ?? OutOfKey;

    // how well a pitch class goes with a key, null where it does not belong to it; the leading note of minor belongs to it
    private static double? InKey(MusicalKey key, int pitch) =>
        ((pitch - key.Tonic + FrameFacts.PitchClasses) % FrameFacts.PitchClasses, key.IsMinor) switch
        {
            (0, _) => Tonic,
            (7, _) => Fifth,
            (3, true) or (4, false) => Third,
            (2 or 5, _) or (8 or 10 or 11, true) or (9 or 11, false) => 0,
            _ => null,
        };
}
