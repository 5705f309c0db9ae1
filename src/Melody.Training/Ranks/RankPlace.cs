using System.Globalization;

namespace Melody.Training.Ranks;

/// <summary>Which of several processes this one is, as the program that started it tells in the environment.</summary>
/// <param name="Launcher">mpirun, torchrun or srun; empty for a process on its own.</param>
/// <param name="Rank">From 0.</param>
/// <param name="Size">Processes that train together.</param>
/// <param name="LocalRank">Number of this process among those on its machine.</param>
/// <param name="LocalSize">Processes on this machine.</param>
/// <param name="Address">Host and port at which rank 0 listens, where they are known; the port is 0 where it is not.</param>
internal sealed record RankPlace(string Launcher, int Rank, int Size, int LocalRank, int LocalSize, (string Host, int Port)? Address)
{
    /// <summary>The port of rank 0 where nothing names one, as torchrun's.</summary>
    public const int DefaultPort = 29500;

    /// <summary>A process on its own.</summary>
    public static RankPlace Alone { get; } = new("", 0, 1, 0, 1, null);

    /// <summary>Reads the variables of <c>mpirun</c> (Open MPI), torchrun and <c>srun</c>, in this order.</summary>
    /// <param name="variable">The value of an environment variable; null where it is not set.</param>
    /// <exception cref="MelodyException">Variables are missing or contradict each other.</exception>
    public static RankPlace Read(Func<string, string?> variable)
    {
        // a job script under sbatch has a SLURM_PROCID too; only the tasks of srun know how many they are
        (string Launcher, string Rank, string Size, string LocalRank, string LocalSize)[] launchers =
        [
            ("mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),
            ("torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"),
            ("srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"),
        ];
        foreach (var (launcher, rankName, sizeName, localName, localSizeName) in launchers)
        {
            if (variable(sizeName) is not { } sizeText)
                continue;
            int size = Number(sizeName, sizeText, 1, 1_000_000);
            if (size == 1)
                return Alone;
            int rank = Number(rankName, variable(rankName), 0, size - 1),
                localRank = variable(localName) is { } local ? Number(localName, local, 0, size - 1) : 0;
            // srun writes "2(x3),1"; this machine has at least as many as its highest number tells
            string? localSizeText = variable(localSizeName)?.Split('(', ',')[0];
            int localSize = localSizeText is null ? localRank + 1 : Number(localSizeName, localSizeText, 1, size);
            return new(launcher, rank, size, localRank, Math.Max(localSize, localRank + 1), AddressOf(variable, localSize == size));
        }
        return Alone;
    }

    /// <summary>
    /// Threads of this process where it shares its machine with others: an equal part of the cores, or all that its launcher left to it.
    /// Null where it has the machine to itself.
    /// </summary>
    public int? Threads =>
        LocalSize == 1 ? null
        : IsBound ? Environment.ProcessorCount
        : Math.Max(1, Environment.ProcessorCount / LocalSize);

    // mpirun and srun may bind a process to some of the cores; .NET counts those alone
    private static bool IsBound
    {
        get
        {
            try
            {
                return File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal))
                    > Environment.ProcessorCount;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private static (string Host, int Port)? AddressOf(Func<string, string?> variable, bool oneMachine)
    {
        int port = variable("MASTER_PORT") is { } text ? Number("MASTER_PORT", text, 1, 65_535) : 0;
        if (variable("MASTER_ADDR") is { Length: > 0 } host)
            return (host, port);
        if (oneMachine)
            return ("127.0.0.1", port);
        return variable("SLURM_STEP_NODELIST") is { Length: > 0 } nodes ? (FirstNode(nodes), port) : null;
    }

    /// <summary>The first machine of Slurm's list: "gpu[03-05,9],login" begins with gpu03.</summary>
    public static string FirstNode(string nodes)
    {
        int end = nodes.IndexOfAny([',', '[']);
        if (end < 0 || nodes[end] == ',')
            return end < 0 ? nodes : nodes[..end];
        var inside = nodes[(end + 1)..];
        return nodes[..end] + inside[..Math.Max(0, inside.IndexOfAny(['-', ',', ']']))];
    }

    private static int Number(string name, string? text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new MelodyException(
                $"{name} is '{text}', outside {least} to {most}: start all processes with mpirun, srun or torchrun, or unset the variable."
            );
}
