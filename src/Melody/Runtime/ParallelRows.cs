using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>Shares the rows of a hand-written kernel out among as many threads as libtorch may use.</summary>
internal static class ParallelRows
{
    /// <summary>Calls <paramref name="body"/>(part, first row, end row) once for each of <see cref="Parts"/> neighbouring ranges.</summary>
    public static void Run(long rows, Action<int, long, long> body)
    {
        int parts = Parts(rows);
        if (parts == 1)
            body(0, 0, rows);
        else
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part =>
                body(part, rows * part / parts, rows * (part + 1) / parts)
            );
    }

    /// <summary>
    /// Calls <paramref name="body"/>(block, first value, end value) once for each block of this many values; the blocks do not depend on
    /// the threads.
    /// </summary>
    public static void RunBlocks(long values, int block, Action<long, long, long> body) => Run(Blocks(values, block), (_, first, end) =>
        {
            for (long i = first; i < end; i++)
                body(i, i * block, Math.Min((i + 1) * block, values));
        });

    /// <summary>How many blocks <see cref="RunBlocks"/> makes, the last perhaps a shorter one.</summary>
    public static long Blocks(long values, int block) => (values + block - 1) / block;

    /// <summary>How many ranges <see cref="Run"/> makes of this many rows.</summary>
    public static int Parts(long rows) => (int)Math.Clamp(Math.Min(rows, get_num_threads()), 1, 1024);
}
