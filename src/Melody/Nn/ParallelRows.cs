using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>Shares the rows of a hand-written kernel out among as many threads as libtorch may use.</summary>
internal static class ParallelRows
{
    /// <summary>Calls <paramref name="body"/>(part, first row, end row) once for each of <see cref="Parts"/> neighbouring ranges.</summary>
    public static void Run(long rows, Action<int, long, long> body)
    {
        int parts = Parts(rows);
        if (parts == 1) body(0, 0, rows);
        else Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts },
            part => body(part, rows * part / parts, rows * (part + 1) / parts));
    }

    /// <summary>How many ranges <see cref="Run"/> makes of so many rows.</summary>
    public static int Parts(long rows) => (int)Math.Clamp(Math.Min(rows, get_num_threads()), 1, 1024);
}
