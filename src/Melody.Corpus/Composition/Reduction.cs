using Melody.Corpus.Records;
using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Lets a band play with fewer: without drums, as a trio of tune, chords and bass, or as a duo.</summary>
internal static class Reduction
{
    /// <summary>Seconds without a note that a smaller band may have.</summary>
    private const double LongestRest = 1.4;

    /// <summary>The parts that stay; all of them where the style lives on its drums, mostly, or where too little would be left.</summary>
    public static List<Part> Draw(List<Part> parts, LeadSheet sheet, GenreFamily family, bool hasMelody, SeededRandom random)
    {
        double draw = random.NextDouble();
        if (family.Harmony is HarmonyStyle.Rock or HarmonyStyle.Electronic || draw > 0.32)
            return parts;
        var pitched = parts
            .Where(part => part.Role != PlayerRole.Drums && Instruments.Of(part.Program).Family != InstrumentFamily.Drums)
            .ToList();
        if (draw < 0.15 || !hasMelody)
            return Sounds(pitched, sheet) ? pitched : parts;
        var chords = pitched
            .Where(part => part.Role == PlayerRole.Harmony)
            .GroupBy(part => part.Program)
            .MaxBy(group => group.Sum(part => part.Notes.Count));
        if (chords is null)
            return parts;
        var players = pitched
            .Where(part => part.Role == PlayerRole.Harmony && part.Program == chords.Key || draw < 0.24 && part.Role == PlayerRole.Bass)
            .ToList();
        return Sounds(players, sheet) ? players : parts;
    }

    private static bool Sounds(List<Part> parts, LeadSheet sheet)
    {
        double longest = LongestRest * sheet.Bpm / 60 * sheet.Metre.BeatTicks;
        long until = 0L;
        foreach (var note in parts.SelectMany(part => part.Notes).OrderBy(note => note.Start))
        {
            if (note.Start - until > longest)
                return false;
            until = Math.Max(until, note.End);
        }
        return until > 0 && sheet.TotalTicks - until <= longest;
    }
}
