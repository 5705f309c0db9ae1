namespace Melody;

/// <summary>When something happens to music that plays, counted on its own grid of beats and bars.</summary>
public enum MusicMoment
{
    /// <summary>As soon as it can be done.</summary>
    Now,

    /// <summary>At the next beat.</summary>
    NextBeat,

    /// <summary>At the next bar line.</summary>
    NextBar,

    /// <summary>At the end of four bars, counted from where the prompt took over.</summary>
    EndOfPhrase,
}
