namespace Melody.Endless;

/// <summary>Where beats and bars lie on an axis of samples.</summary>
/// <param name="Origin">A bar line at which a phrase begins.</param>
/// <param name="Beat">Samples from beat to beat, not rounded.</param>
/// <param name="BeatsPerBar">Beats in a bar, as a tempo counts them.</param>
internal sealed record MusicGrid(double Origin, double Beat, int BeatsPerBar)
{
    private const int PhraseBars = 4;

    /// <summary>The grid of a tempo.</summary>
    /// <param name="origin">A bar line.</param>
    /// <param name="bpm">Beats a minute.</param>
    /// <param name="beatsPerBar">Beats in a bar.</param>
    /// <param name="sampleRate">Hz.</param>
    public static MusicGrid Of(double origin, double bpm, int beatsPerBar, int sampleRate) =>
        new(origin, 60 * sampleRate / bpm, beatsPerBar);

    /// <summary>The distance from line to line, samples; 0 for <see cref="MusicMoment.Now"/>.</summary>
    public double Step(MusicMoment moment) =>
        moment switch
        {
            MusicMoment.NextBeat => Beat,
            MusicMoment.NextBar => Beat * BeatsPerBar,
            MusicMoment.EndOfPhrase => Beat * BeatsPerBar * PhraseBars,
            _ => 0,
        };

    /// <summary>The first line at or after a position, to the nearest sample.</summary>
    public long LineFrom(long position, MusicMoment moment) =>
        Step(moment) is > 0 and var step ? Line(Math.Ceiling((position - Origin) / step - 1e-9), step) : position;

    /// <summary>The last line at or before a position, to the nearest sample.</summary>
    public long LineUntil(long position, MusicMoment moment) =>
        Step(moment) is > 0 and var step ? Line(Math.Floor((position - Origin) / step + 1e-9), step) : position;

    /// <summary>The same grid on an axis of another rate.</summary>
    public MusicGrid Scaled(double ratio) => this with { Origin = Origin * ratio, Beat = Beat * ratio };

    private long Line(double number, double step) => (long)Math.Round(Origin + number * step);
}
