using Melody.Fuzz;

namespace Melody.Tests.Fuzzing;

/// <summary>Ten thousand hostile inputs for each reader of bytes, and a watch that sees what it is there to see.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 10_000;

    // generous, so that a busy machine is no finding
    private static readonly Limits Patient = new() { Time = TimeSpan.FromSeconds(60) };

    public static TheoryData<string> Names => [.. ReaderList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void HostileInputsGiveAValueOrASentence(string name)
    {
        using var reader = ReaderList.Open(name);
        var report = FuzzRun.Run(reader.Reader, Inputs, seed: 1, Patient);
        Assert.True(
            report.Findings.Count == 0,
            string.Join('\n', report.Findings.Select(finding => $"{finding.Number}: {finding.Details}"))
        );
        Assert.Equal(Inputs, report.Inputs);
        Assert.Equal(Inputs, report.Accepted + report.Refused);
        Assert.InRange(report.Accepted, reader.Reader.Seeds.Count, Inputs);
        Assert.InRange(report.Refused, 1, Inputs);
    }

    [Fact]
    public void EverySeedIsAccepted()
    {
        foreach (var name in ReaderList.Names)
        {
            using var reader = ReaderList.Open(name);
            foreach (var seed in reader.Reader.Seeds)
                reader.Reader.Read([.. seed]);
        }
    }

    [Fact]
    public void AnExceptionIsFoundWithItsInput()
    {
        var report = Run(
            bytes =>
            {
                if (bytes.Contains((byte)0x7F))
                    _ = bytes[^1] / (bytes[0] & 0);
            },
            2000
        );
        var finding = Assert.Single(report.Findings);
        Assert.StartsWith("DivideByZeroException", finding.Kind, StringComparison.Ordinal);
        Assert.Contains((byte)0x7F, finding.Input);
    }

    [Fact]
    public void AHangIsFound()
    {
        using var never = new ManualResetEventSlim();
        var report = Run(
            bytes =>
            {
                if (bytes.Length < 8)
                    never.Wait(TimeSpan.FromSeconds(30));
            },
            2000,
            new() { Time = TimeSpan.FromMilliseconds(300) }
        );
        never.Set();
        Assert.InRange(Assert.Single(report.Findings, finding => finding.Kind == "hang").Input.Length, 0, 7);
    }

    [Fact]
    public void MemoryIsCounted()
    {
        // arrays wait for the collector, so the process may grow by many of them
        var limits = new Limits { Allocated = 32 << 20, Memory = long.MaxValue };
        var report = Run(bytes => GC.KeepAlive(new byte[bytes.Length < 8 ? 64 << 20 : 1]), 500, limits);
        Assert.Equal("memory asked for", Assert.Single(report.Findings).Kind);
    }

    [Fact]
    public void SentencesHaveToBeSentences()
    {
        Assert.Empty(Run(_ => throw new MelodyException("It is damaged; get it again."), 10).Findings);
        Assert.Equal("a sentence that is none", Assert.Single(Run(_ => throw new MelodyException(""), 10).Findings).Kind);
    }

    [Fact]
    public void TheSameSeedMakesTheSameInputs()
    {
        List<string> first = Seen(5),
            second = Seen(5);
        Assert.Equal(first, second);
        Assert.NotEqual(first, Seen(6));
        Assert.True(first.Distinct().Count() > 150);
    }

    private static List<string> Seen(int seed)
    {
        var seen = new List<string>();
        FuzzRun.Run(Made(bytes => seen.Add(Convert.ToHexString(bytes))), 200, seed);
        return seen;
    }

    private static Report Run(Action<byte[]> read, int count, Limits? limits = null) => FuzzRun.Run(Made(read), count, 1, limits);

    private static Reader Made(Action<byte[]> read) =>
        new("made", ["{\"a\": 12, \"b\": [1, 2]}"u8.ToArray(), new byte[40]], ["\u007F", "null"], true, read);
}
