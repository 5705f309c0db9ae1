using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>How loud each part of the form is against the whole, with a slow swell inside every section.</summary>
internal static class Dynamics
{
    /// <summary>Factor on velocity at a tick, about 0.8..1.12.</summary>
    public static double Of(LeadSheet sheet, int tick)
    {
        int bar = tick / sheet.Metre.BarTicks;
        int index = 0;
        while (index + 1 < sheet.Sections.Count && sheet.SectionStartBars[index + 1] <= bar)
            index++;
        var section = sheet.Sections[index];
        double level = section.Name switch
        {
            SectionName.Intro => 0.86,
            SectionName.B => 1.06,
            SectionName.Bridge => 0.92,
            SectionName.Turnaround => 0.95,
            SectionName.Ending => 1.0,
            _ => 0.97,
        };
        double within = (bar - sheet.SectionStartBars[index] + 0.5) / section.Bars.Count;
        double later = 0.06 * index / Math.Max(1, sheet.Sections.Count - 1);
        return level + later + 0.05 * Math.Sin(Math.PI * within);
    }
}
