namespace Melody.Corpus.Mixing;

/// <summary>The channel strip of one player: equaliser, level, place, width and what it sends to the reverb that all share.</summary>
internal sealed record PartMix
{
    /// <summary>Level against what the song says, dB.</summary>
    public double GainDecibels { get; init; }

    /// <summary>Corner of the low cut (12 dB an octave), Hz; 0 is off.</summary>
    public double LowCutHertz { get; init; }

    /// <summary>Gain of a broad bell, dB; 0 is off.</summary>
    public double BellDecibels { get; init; }

    /// <summary>Middle of the bell, Hz.</summary>
    public double BellHertz { get; init; } = 1000;

    /// <summary>Place from -1 (left) to 1 (right), by the constant-power law of <see cref="PanLaw"/>.</summary>
    public double Pan { get; init; }

    /// <summary>How much stays of the width that the instrument's own samples have: 0 none, 1 all.</summary>
    public double Width { get; init; } = 1;

    /// <summary>How far low notes lie to the left and high ones to the right, as at the keys of a piano: 0 not at all, 0.5 far.</summary>
    public double Spread { get; init; }

    /// <summary>Level of a decorrelated copy on the sides, against the middle: 0 none, 0.6 wide.</summary>
    public double Decorrelation { get; init; }

    /// <summary>Level of what goes to the reverb against the other players, dB: high is far away.</summary>
    public double SendDecibels { get; init; }
}
