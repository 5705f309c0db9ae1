using Melody.Endless;

namespace Melody.Tests.Endless;

/// <summary>The queue between two threads against the numbers that went in.</summary>
public sealed class SampleRingTests
{
    [Fact]
    public void Samples_come_out_in_order_whatever_the_sizes()
    {
        var ring = new SampleRing(97);
        var (written, read) = (0, 0);
        for (int i = 0; i < 5000; i++)
        {
            int count = i * 31 % 70;
            float[] values = [.. Enumerable.Range(written, count).Select(n => (float)n)];
            int taken = ring.Write(values);
            Assert.Equal(Math.Min(count, 97 - (written - read)), taken);
            written += taken;
            var seen = new float[i * 17 % 60];
            int peeked = ring.Peek(seen);
            Assert.Equal(Math.Min(seen.Length, written - read), peeked);
            Assert.Equal(Enumerable.Range(read, peeked).Select(n => (float)n), seen[..peeked]);
            int skipped = peeked / 2 + peeked % 2;
            ring.Skip(skipped);
            read += skipped;
            Assert.Equal(written - read, ring.Available);
        }
    }

    [Fact]
    public void Frames_of_two_channels_stay_together()
    {
        var ring = new SampleRing(5, 2);
        var seen = new float[6];
        for (int next = 0; next < 40; next += 2)
        {
            Assert.Equal(2, ring.Write([next, -next, next + 1, -next - 1]));
            Assert.Equal(2, ring.Peek(seen));
            Assert.Equal([next, -next, next + 1, -next - 1], seen[..4]);
            ring.Skip(2);
        }
        Assert.Equal(5, ring.Write(new float[14]));
        Assert.Equal(0, ring.Write(new float[2]));
    }

    [Fact]
    public async Task Two_threads_lose_nothing()
    {
        var ring = new SampleRing(1000);
        const int total = 1_000_000;
        var writer = Task.Run(() =>
        {
            var block = new float[333];
            for (int next = 0; next < total; )
            {
                int count = Math.Min(block.Length, total - next);
                for (int i = 0; i < count; i++)
                    block[i] = next + i;
                next += ring.Write(block.AsSpan(0, count));
            }
        });
        var seen = new float[128];
        for (int next = 0; next < total; )
        {
            int count = ring.Peek(seen);
            for (int i = 0; i < count; i++)
                if (seen[i] != next + i)
                    Assert.Fail($"Sample {next + i} is {seen[i]}.");
            ring.Skip(count);
            next += count;
        }
        await writer;
    }
}
