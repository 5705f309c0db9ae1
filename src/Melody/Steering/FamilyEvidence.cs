using Melody.Music;
using Melody.SemanticTokens;

namespace Melody.Steering;

/// <summary>
/// How plainly a song's last seconds are heard as the instrument families that are asked for, and which families would make them
/// plainer: a piano that is plainly heard need not sound in every frame, and the louder a stranger the harder it is pushed back.
/// </summary>
internal sealed class FamilyEvidence
{
    /// <summary>In nats, for a family that sounds with certainty.</summary>
    public const double Own = 18;

    /// <summary>Evidence that a frame gives, of its worth in steering.</summary>
    public const double Weight = 0.0055;

    private readonly InstrumentRequest _targets;
    private readonly Evidence[] _evidence;

    /// <param name="requested">
    /// Families that are asked for, at least one. Each is weighed against strangers, not against the others that are asked for.
    /// </param>
    /// <param name="memory">After how many frames evidence has faded to 1/e.</param>
    public FamilyEvidence(InstrumentRequest requested, double memory)
    {
        ArgumentOutOfRangeException.ThrowIfZero(requested.Wanted.Count);
        _targets = requested;
        InstrumentFamily[] strangers = [.. InstrumentFamilies.All.Where(family => !requested.Wanted.Contains(family))];
        double[] first = [1, .. strangers.Select(_ => 0.0)];
        _evidence = [.. requested.Wanted.Select(family => new Evidence([Fit(family), .. strangers.Select(Fit)], first, Weight, memory))];
    }

    /// <summary>Takes in a frame.</summary>
    /// <param name="families">How much each family sounds, 12 numbers from 0.</param>
    public void Observe(ReadOnlySpan<float> families)
    {
        foreach (var evidence in _evidence)
            evidence.Observe(families);
    }

    /// <summary>
    /// What each family is worth in the next frame, nats: of those that are wanted, of those that are refused, and of all others where
    /// the wanted are to play alone. Of n that are wanted each counts 1/n², so that a band is left as free as a soloist.
    /// </summary>
    public double[] LogOdds()
    {
        var worth = new double[InstrumentFamilies.Count];
        double share = 1.0 / (_evidence.Length * _evidence.Length);
        foreach (var evidence in _evidence)
        {
            var own = evidence.LogOdds();
            for (int family = 0; family < worth.Length; family++)
                if (
                    _targets.Alone
                    || _targets.Wanted.Contains((InstrumentFamily)family)
                    || _targets.Unwanted.Contains((InstrumentFamily)family)
                )
                    worth[family] += share * own[family];
        }
        return worth;
    }

    private static double[] Fit(InstrumentFamily family) => [.. InstrumentFamilies.All.Select(other => other == family ? Own : 0)];
}
