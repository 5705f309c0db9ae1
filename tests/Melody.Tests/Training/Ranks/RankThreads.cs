using System.Numerics;
using System.Runtime.InteropServices;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Tests.Training.Ranks;

/// <summary>Ranks as threads of one process, which exchange through its memory: what their group computes, without any launcher.</summary>
internal static class RankThreads
{
    /// <summary>Runs <paramref name="body"/> as each of <paramref name="size"/> ranks at once.</summary>
    public static T[] Run<T>(int size, Func<RankGroup, T> body)
    {
        var meeting = new Meeting(size);
        var results = new T[size];
        var failures = new List<Exception>();
        var threads = Enumerable
            .Range(0, size)
            .Select(rank => new Thread(() =>
            {
                try
                {
                    using var group = new RankGroup(
                        new RankPlace("test", rank, size, rank, size, null),
                        new CollectiveThread(),
                        new Collectives(meeting, rank),
                        null
                    );
                    results[rank] = body(group);
                    group.End(failed: false);
                }
#pragma warning disable CA1031 // told below
                catch (Exception e)
                {
                    lock (failures)
                        failures.Add(e);
                }
#pragma warning restore CA1031
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1)), "a rank waits for ever"));
        Assert.Empty(failures);
        return results;
    }

    private sealed class Meeting(int size)
    {
        public byte[][] Brought { get; } = new byte[size][];

        public Barrier Barrier { get; } = new(size);
    }

    private sealed class Collectives(Meeting meeting, int rank) : ICollectives
    {
        public string Name => "threads";

        public Device Device => CPU;

        public void Sum(Tensor values) => Exchange(values, all =>
            {
                if (values.dtype == ScalarType.Float64)
                    Add<double>(all, values.bytes);
                else
                    Add<float>(all, values.bytes);
            });

        public void Broadcast(Tensor values) => Exchange(values, all => all[0].CopyTo(values.bytes));

        private static void Add<T>(byte[][] all, Span<byte> into)
            where T : struct, INumber<T>
        {
            var sums = MemoryMarshal.Cast<byte, T>(into);
            sums.Clear();
            foreach (var values in all)
                for (int i = 0; i < sums.Length; i++)
                    sums[i] += MemoryMarshal.Cast<byte, T>(values)[i];
        }

        private void Exchange(Tensor values, Action<byte[][]> combine)
        {
            meeting.Brought[rank] = values.bytes.ToArray();
            meeting.Barrier.SignalAndWait();
            combine(meeting.Brought);
            meeting.Barrier.SignalAndWait();
        }

        public void Dispose() { }
    }
}
