namespace Melody.Evaluation.Speed;

/// <summary>
/// The speed that the paper reports for itself (MeLoDy, arXiv 2305.15719, Table 2): samples a second at 24 kHz, on an
/// Intel Xeon Platinum 8260 and on a V100. Quoted, not measured here.
/// </summary>
/// <param name="Steps">T.</param>
/// <param name="CpuSamples">Samples a second on the CPU.</param>
/// <param name="GpuSamples">Samples a second on the GPU.</param>
internal sealed record PaperSpeed(int Steps, double CpuSamples, double GpuSamples)
{
    /// <summary>Samples in a second of the paper's music.</summary>
    public const int SampleRate = 24000;

    /// <summary>The paper's rows.</summary>
    public static IReadOnlyList<PaperSpeed> Table { get; } = [new(5, 1472, 181_100), new(10, 893, 104_800), new(20, 498, 56_900)];

    /// <summary>
    /// Passes of MeLoDy for this many seconds by the paper's formula (Table 3): 25 T + 20 with T seconds and 20 diffusion steps.
    /// </summary>
    public static double Passes(double seconds, int steps) => 25 * seconds + steps;

    /// <summary>Passes of MusicLM for this many seconds by the paper's formula (Table 3): (25 + 200 + 400) T.</summary>
    public static double CascadePasses(double seconds) => (25 + 200 + 400) * seconds;
}
