using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>A chord over a stretch of time in ticks.</summary>
internal readonly record struct ChordSpan(int Start, int Length, Chord Chord)
{
    /// <summary>Tick at which it ends.</summary>
    public int End => Start + Length;
}

/// <summary>One part of the form.</summary>
/// <param name="Name">Sections of one name have the same melody.</param>
/// <param name="Key">The key that holds here.</param>
/// <param name="Bars">The chords of each bar.</param>
internal sealed record Section(SectionName Name, MusicalKey Key, IReadOnlyList<IReadOnlyList<Chord>> Bars);

/// <summary>Harmony and form of a song, before anybody plays it.</summary>
internal sealed class LeadSheet
{
    /// <summary>Lays the sections one after the other.</summary>
    public LeadSheet(Metre metre, double bpm, HarmonyStyle style, IReadOnlyList<Section> sections)
    {
        (Metre, Bpm, Style, Sections) = (metre, bpm, style, sections);
        var (chords, starts, bar) = (new List<ChordSpan>(), new List<int>(), 0);
        foreach (var section in sections)
        {
            starts.Add(bar);
            foreach (var symbols in section.Bars)
            {
                // two chords share the bar as evenly as beats allow: the first takes the greater part
                int tick = bar * metre.BarTicks;
                for (int i = 0; i < symbols.Count; i++)
                {
                    int from = (int)Math.Ceiling((double)metre.Beats * i / symbols.Count) * metre.BeatTicks;
                    int to = (int)Math.Ceiling((double)metre.Beats * (i + 1) / symbols.Count) * metre.BeatTicks;
                    if (to > from)
                        chords.Add(new(tick + from, to - from, symbols[i]));
                }
                bar++;
            }
        }
        (Chords, SectionStartBars, TotalBars) = (chords, starts, bar);
    }

    /// <summary>The metre of the whole song.</summary>
    public Metre Metre { get; }

    /// <summary>Beats a minute.</summary>
    public double Bpm { get; }

    /// <summary>The harmonic language.</summary>
    public HarmonyStyle Style { get; }

    /// <summary>The form in order.</summary>
    public IReadOnlyList<Section> Sections { get; }

    /// <summary>First bar of each section.</summary>
    public IReadOnlyList<int> SectionStartBars { get; }

    /// <summary>All chords in time order.</summary>
    public IReadOnlyList<ChordSpan> Chords { get; }

    /// <summary>Bars in all.</summary>
    public int TotalBars { get; }

    /// <summary>Length in ticks.</summary>
    public int TotalTicks => TotalBars * Metre.BarTicks;

    /// <summary>The chord that sounds at a tick.</summary>
    public ChordSpan ChordAt(int tick)
    {
        var (low, high) = (0, Chords.Count - 1);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Chords[middle].Start <= tick)
                low = middle;
            else
                high = middle - 1;
        }
        return Chords[low];
    }

    /// <summary>The section at a tick.</summary>
    public Section SectionAt(int tick)
    {
        int bar = tick / Metre.BarTicks;
        for (int i = Sections.Count - 1; i >= 0; i--)
            if (SectionStartBars[i] <= bar)
                return Sections[i];
        return Sections[0];
    }

    /// <summary>The key at a tick.</summary>
    public MusicalKey KeyAt(int tick) => SectionAt(tick).Key;
}
