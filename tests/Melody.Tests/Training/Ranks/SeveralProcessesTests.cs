using System.Diagnostics;
using System.Globalization;
using Melody.Models;
using Melody.Tests.Reference;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training.Ranks;

/// <summary>
/// <c>melody train</c> under a real <c>mpirun</c>: ranks that share batches end with the weights of one process that has them whole, and a
/// rank that is killed costs no more than the steps since the last checkpoint.
/// </summary>
public sealed class SeveralProcessesTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 50;

    private readonly TemporaryFolder _folder = new();

    private string[] Arguments(string run, params string[] more) =>
        [
            "train",
            "semantic-lm",
            "--preset",
            "test",
            "--corpus",
            _folder["encoded"],
            "--run",
            _folder[run],
            "-o",
            _folder["model"],
            "--steps",
            $"{Steps}",
            "--validation-steps",
            "0",
            "--device",
            "cpu",
            "--threads",
            "1",
            .. more,
        ];

    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll");

    private static Process One(string[] arguments) => Started("dotnet", [Tool, .. arguments]);

    private static Process Mpirun(int ranks, string[] arguments) =>
        Started("mpirun", ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{ranks}", "dotnet", Tool, .. arguments]);

    // without AVX-512 all is float32: bfloat16 rounds otherwise where a batch is divided otherwise
    private static Process Started(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_EnableAVX512"] = "0" },
        };
        return Process.Start(start)!;
    }

    private async Task<(int Code, string Said)> EndAsync(Process process)
    {
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(said);
        return (process.ExitCode, said);
    }

    // the step of the last checkpoint; 0 for none
    private long Newest(string run) =>
        Directory.Exists(_folder[$"{run}/checkpoints"])
            ? Directory
                .GetFiles(_folder[$"{run}/checkpoints"], "step-*")
                .Select(file => long.Parse(Path.GetFileNameWithoutExtension(file)[5..], CultureInfo.InvariantCulture))
                .DefaultIfEmpty()
                .Max()
            : 0;

    private string Checkpoint(string run) =>
        Directory.GetFiles(_folder[$"{run}/checkpoints"], "step-*").Order(StringComparer.Ordinal).Last();

    private double Difference(string one, string other, string tensors)
    {
        using var scope = NewDisposeScope();
        using var a = SafetensorsReader.Open(Checkpoint(one));
        using var b = SafetensorsReader.Open(Checkpoint(other));
        double largest = 0;
        foreach (var name in a.Entries.Keys.Where(name => name.EndsWith(tensors, StringComparison.Ordinal)))
        {
            var (x, y) = (FixedValues.Flat(a.Read(name)), FixedValues.Flat(b.Read(name)));
            double difference = Math.Sqrt(x.Zip(y).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)) / x.Sum(v => (double)v * v));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one} and {other}, {name}: {difference:E1}"));
            largest = Math.Max(largest, difference);
        }
        return largest;
    }

    [Fact]
    public async Task Ranks_that_share_batches_learn_what_one_process_learns_and_survive_a_kill()
    {
        var cancellation = TestContext.Current.CancellationToken;
        bool installed = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "mpirun")));
        Assert.SkipUnless(installed, "needs Open MPI: apt-get install openmpi-bin libopenmpi3");
        using (var model = MusicModel.CreateUntrained("test", 1))
            await model.SaveAsync(_folder["model"], cancellation);
        var parts = PartHash.OfEncoding(ModelFolder.Open(_folder["model"]), [Parts.JointEmbedding, Parts.SemanticTokenizer]);
        EncodedFixture.Write(_folder["encoded"], parts: parts);

        using (var one = One(Arguments("one")))
            Assert.Equal(0, (await EndAsync(one)).Code);
        // four ranks, two windows of each batch a rank
        using (var four = Mpirun(4, Arguments("four")))
            Assert.Equal(0, (await EndAsync(four)).Code);
        Assert.InRange(Difference("one", "four", ".values"), 0, 1e-5);
        Assert.InRange(Difference("one", "four", ".mean"), 0, 1e-3);
        // two ranks, one of which is killed when some checkpoints are there; one process goes on
        using (var killed = Mpirun(2, Arguments("several", "--checkpoint-minutes", "0.000001")))
        {
            while (!killed.HasExited && Newest("several") < 5)
                await Task.Delay(5, cancellation);
            RankOf(killed.Id, 1)?.Kill();
            var (code, said) = await EndAsync(killed);
            Assert.NotEqual(0, code);
            Assert.Contains("Rank 1 of 2 has ended", said, StringComparison.Ordinal);
            Assert.Contains("--resume goes on from the last checkpoint", said, StringComparison.Ordinal);
        }
        Assert.InRange(Newest("several"), 5, Steps - 1);
        using (var resumed = One(Arguments("several", "--resume")))
            Assert.Equal(0, (await EndAsync(resumed)).Code);
        await AssertInterruptedInAgreementAsync(cancellation);
        Assert.InRange(Difference("one", "several", ".values"), 0, 1e-5);
        // the gradients, of the last steps above all, stand in the running means
        Assert.InRange(Difference("one", "several", ".mean"), 0, 1e-3);
    }

    // a scheduler tells all ranks that their time is up; one that then left without a word would take the others with it
    private async Task AssertInterruptedInAgreementAsync(CancellationToken cancellation)
    {
        using var interrupted = Mpirun(2, Arguments("interrupted", "--checkpoint-minutes", "0.000001"));
        while (!interrupted.HasExited && Newest("interrupted") < 5)
            await Task.Delay(5, cancellation);
        foreach (int rank in new[] { 1, 0 })
            using (var kill = Process.Start("kill", $"-TERM {RankOf(interrupted.Id, rank)!.Id}"))
                await kill.WaitForExitAsync(cancellation);
        var (_, said) = await EndAsync(interrupted);
        Assert.Contains("Interrupted.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("without calling", said, StringComparison.Ordinal);
        Assert.InRange(Newest("interrupted"), 5, Steps - 1);
    }

    // the process below mpirun whose environment says that it is a rank
    private static Process? RankOf(int mpirun, int rank)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => Path.GetFileName(f).All(char.IsAsciiDigit)))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                bool child = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == mpirun.ToString(CultureInfo.InvariantCulture);
                if (
                    child
                    && File.ReadAllText(Path.Combine(folder, "environ"))
                        .Contains($"OMPI_COMM_WORLD_RANK={rank}\0", StringComparison.Ordinal)
                )
                    return Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException) { }
        }
        return null;
    }

    public void Dispose() => _folder.Dispose();
}
