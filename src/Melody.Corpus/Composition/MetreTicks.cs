using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A time signature in ticks, of which a quarter note has <see cref="PerQuarter"/>.</summary>
internal static class MetreTicks
{
    /// <summary>Resolution of everything that is composed: ticks of a quarter note.</summary>
    public const int PerQuarter = 480;

    extension(Metre metre)
    {
        /// <summary>Ticks a bar.</summary>
        public int BarTicks => PerQuarter * 4 * metre.Numerator / metre.Denominator;

        /// <summary>Ticks a beat: the unit that "bpm" counts.</summary>
        public int BeatTicks => PerQuarter * 4 / metre.Denominator * (metre.IsCompound ? 3 : 1);

        /// <summary>Quarter notes a minute, what MIDI counts, for a tempo in beats a minute.</summary>
        public double QuartersPerMinute(double bpm) => bpm * metre.BeatTicks / PerQuarter;

        /// <summary>
        /// How strong a position of the bar is: 3 the downbeat, 2 the middle of 4 (or 6/8's second) beats, 1 a beat, 0 between.
        /// </summary>
        public int Strength(int tickInBar)
        {
            if (tickInBar == 0)
                return 3;
            if (tickInBar % metre.BeatTicks != 0)
                return 0;
            int beat = tickInBar / metre.BeatTicks;
            return metre.Beats % 2 == 0 && beat == metre.Beats / 2 || metre.Beats == 5 && beat == 3 ? 2 : 1;
        }
    }
}
