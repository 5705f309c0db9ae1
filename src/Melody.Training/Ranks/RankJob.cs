using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>What ranks exchange through.</summary>
internal enum RankExchange
{
    /// <summary>MPI: CPUs.</summary>
    Mpi,

    /// <summary>NCCL: one GPU a rank.</summary>
    Nccl,
}

/// <summary>How the ranks of a job find each other.</summary>
internal static class RankJob
{
    private const int AddressBytes = 1024;

    /// <summary>Joins the group of the ranks that were started together; waits for all of them.</summary>
    /// <param name="place">Which rank this is.</param>
    /// <param name="exchange">What it exchanges through.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="MelodyException">A library is missing, or the ranks do not find each other.</exception>
    public static RankGroup Join(RankPlace place, RankExchange exchange, Device device, CancellationToken cancellation)
    {
        if (place.Size == 1)
            return RankGroup.Alone;
        if (exchange == RankExchange.Nccl && device.type != TorchSharp.DeviceType.CUDA)
            throw new MelodyException("NCCL exchanges between GPUs, and there is none in use; give --device cuda, or --exchange mpi.");
        if (exchange == RankExchange.Mpi && place.Launcher == "torchrun")
            throw new MelodyException("MPI does not know torchrun; start with mpirun -np N, or with srun --mpi=pmix.");
        var thread = new CollectiveThread();
        return exchange == RankExchange.Mpi ? OverMpi(place, thread, cancellation) : OverNccl(place, thread, device, cancellation);
    }

    private static RankGroup OverMpi(RankPlace place, CollectiveThread thread, CancellationToken cancellation)
    {
        var mpi = Wait(thread.Start(() => new MpiCollectives(place)), cancellation);
        bool oneMachine = place.LocalSize == place.Size;
        using var listener =
            place.Rank == 0 ? RankWatch.Listen(oneMachine ? IPAddress.Loopback : IPAddress.Any, place.Address?.Port ?? 0) : null;
        // a long list of interfaces is cut; those behind would be tried last anyway
        var text = listener is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{((IPEndPoint)listener.LocalEndPoint!).Port} {string.Join(' ', Addresses(place, oneMachine).Take(16))}"
            );
        var bytes = new byte[AddressBytes];
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, 0);
        using var told = tensor(bytes);
        Wait(
            thread.Start(() =>
            {
                mpi.Broadcast(told);
                return true;
            }),
            cancellation
        );
        if (listener is not null)
            return new(place, thread, mpi, RankWatch.Accept(listener, place, [], cancellation));
        var words = Encoding.ASCII.GetString([.. told.data<byte>()]).TrimEnd('\0').Split(' ');
        var hosts = words.Skip(1).Select(IPAddress.Parse).ToList();
        var (watch, _) = RankWatch.Call(hosts, int.Parse(words[0], CultureInfo.InvariantCulture), place, 0, cancellation);
        return new(place, thread, mpi, watch);
    }

    private static RankGroup OverNccl(RankPlace place, CollectiveThread thread, Device device, CancellationToken cancellation)
    {
        var library = NcclLibrary.Open();
        if (place.Address is not var (host, port))
            throw new MelodyException(
                "The ranks on several machines have to know where rank 0 is: "
                    + "set MASTER_ADDR to its host name and MASTER_PORT to a free port."
            );
        // torchrun itself listens on its port
        port = port == 0 ? RankPlace.DefaultPort : port + (place.Launcher == "torchrun" ? 1 : 0);
        byte[] id;
        RankWatch watch;
        if (place.Rank == 0)
        {
            id = library.NewId();
            using var listener = RankWatch.Listen(place.LocalSize == place.Size ? IPAddress.Loopback : IPAddress.Any, port);
            watch = RankWatch.Accept(listener, place, id, cancellation);
        }
        else
        {
            (watch, id) = RankWatch.Call(Resolve(host), port, place, NcclLibrary.IdBytes, cancellation);
        }
        return new(place, thread, Wait(thread.Start(() => new NcclCollectives(library, place, id, device)), cancellation), watch);
    }

    private static T Wait<T>(Task<T> task, CancellationToken cancellation)
    {
        try
        {
            task.Wait(cancellation);
            return task.Result;
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException ?? e);
            throw;
        }
    }

    private static IEnumerable<IPAddress> Addresses(RankPlace place, bool oneMachine) =>
        oneMachine ? [IPAddress.Loopback]
        : place.Address is var (host, _) ? Resolve(host)
        : NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork);

    private static IPAddress[] Resolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork);
        }
        catch (SocketException e)
        {
            throw new MelodyException($"The host '{host}' of rank 0 is unknown: {e.Message}; set MASTER_ADDR to its name.", e);
        }
    }
}
