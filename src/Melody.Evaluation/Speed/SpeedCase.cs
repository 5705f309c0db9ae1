namespace Melody.Evaluation.Speed;

/// <summary>One line of the speed table to be measured.</summary>
/// <param name="Seconds">Length of the music.</param>
/// <param name="Steps">T.</param>
/// <param name="Device">Where.</param>
/// <param name="Threads">Of the CPU.</param>
internal sealed record SpeedCase(double Seconds, int Steps, ComputeDevice Device, int Threads)
{
    /// <summary>
    /// Every length with every number of steps on each device with the most threads; fewer threads for the shortest length
    /// only, as the others would only repeat the ratio.
    /// </summary>
    public static IReadOnlyList<SpeedCase> All(
        IReadOnlyList<double> lengths,
        IReadOnlyList<int> steps,
        IReadOnlyList<ComputeDevice> devices,
        IReadOnlyList<int> threads
    )
    {
        int most = threads.Max();
        var cases = new List<SpeedCase>();
        foreach (var device in devices)
        foreach (var count in threads.Distinct().Order().Where(count => count == most || device != ComputeDevice.Cuda))
        foreach (var seconds in count == most ? lengths : [lengths.Min()])
            cases.AddRange(steps.Select(t => new SpeedCase(seconds, t, device, count)));
        return cases;
    }
}
