namespace Melody.Evaluation.Speed;

/// <summary>What else the machine is doing: figures of speed mean little without it.</summary>
internal static class MachineLoad
{
    /// <summary>The load averages of 1, 5 and 15 minutes, or null where the system does not tell (only Linux does).</summary>
    public static string? Averages()
    {
        try
        {
            return File.Exists("/proc/loadavg") ? string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A sentence for a report; <paramref name="before"/> is what <see cref="Averages"/> gave at its beginning.</summary>
    public static string Sentence(string? before) =>
        before is { } then && Averages() is { } now
            ? $"Load averages (1, 5, 15 minutes, this measurement included): {then} at the beginning, {now} at the end, "
                + $"{Environment.ProcessorCount} cores."
            : $"{Environment.ProcessorCount} cores; the load of the machine is not known.";
}
