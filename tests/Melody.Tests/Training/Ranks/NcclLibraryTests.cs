using System.Diagnostics;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Tests.Training.Ranks;

/// <summary>
/// What is handed to NCCL, as a stand-in of a few lines of C receives it: no GPU is here. The numbers are those of nccl.h.
/// </summary>
public sealed class NcclLibraryTests : IDisposable
{
    private const string StandIn = """
        #include <stddef.h>
        #include <stdio.h>
        typedef struct { char internal[128]; } ncclUniqueId;
        static FILE *out(void) { return fopen(LOG, "a"); }
        #define TELL(...) do { FILE *f = out(); fprintf(f, __VA_ARGS__); fclose(f); } while (0)
        int ncclGetUniqueId(ncclUniqueId *id) { for (int i = 0; i < 128; i++) id->internal[i] = (char)(i + 1); return 0; }
        int ncclCommInitRank(void **comm, int size, ncclUniqueId id, int rank) {
            int sum = 0; for (int i = 0; i < 128; i++) sum += (unsigned char)id.internal[i];
            TELL("init %d %d %d\n", size, sum, rank); *comm = (void *)0x1234; return 0; }
        int ncclAllReduce(const void *from, void *to, size_t count, int type, int op, void *comm, void *stream) {
            TELL("sum %d %zu %d %d %p %d\n", from == to, count, type, op, comm, stream == 0);
            if (type == 7) for (size_t i = 0; i < count; i++) ((float *)to)[i] *= 2;
            return type == 8 ? 6 : 0; }
        int ncclBroadcast(const void *from, void *to, size_t count, int type, int root, void *comm, void *stream) {
            TELL("broadcast %d %zu %d %d %p %d\n", from == to, count, type, root, comm, stream == 0); return 0; }
        const char *ncclGetErrorString(int code) { return code == 6 ? "remote process exited or there was a network error" : "?"; }
        int ncclCommDestroy(void *comm) { TELL("end %p\n", comm); return 0; }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_argument_arrives()
    {
        var library = _folder["libnccl-stand-in.so"];
        File.WriteAllText(_folder["nccl.c"], StandIn);
        Assert.SkipUnless(Compiled(library), "needs a C compiler: apt-get install gcc libc6-dev");
        var nccl = NcclLibrary.Open(library);
        var id = nccl.NewId();
        Assert.Equal([.. Enumerable.Range(1, 128).Select(i => (byte)i)], id);
        using var floats = tensor(new[] { 1f, 2f, 3f });
        using var doubles = tensor(new[] { 1.0, 2.0 });
        var error = Assert.Throws<MelodyException>(() =>
        {
            using var exchange = new NcclCollectives(nccl, new("srun", 2, 5, 0, 1, null), id, CPU);
            exchange.Sum(floats);
            exchange.Broadcast(doubles);
            exchange.Sum(doubles);
        });
        Assert.Equal("NCCL cannot sum over the ranks: remote process exited or there was a network error.", error.Message);
        Assert.Equal([2f, 4f, 6f], floats.data<float>().ToArray());
        Assert.Equal(
            ["init 5 8256 2", "sum 1 3 7 0 0x1234 1", "broadcast 1 16 1 0 0x1234 1", "sum 1 2 8 0 0x1234 1", "end 0x1234"],
            File.ReadAllLines(_folder["log"])
        );
    }

    [Fact]
    public void Missing_libraries_are_told_with_what_to_install()
    {
        Assert.Contains("libnccl2", Refusal(() => NcclLibrary.Open(_folder["none.so"])), StringComparison.Ordinal);
        Assert.Contains("apt-get install openmpi-bin", Refusal(() => MpiLibrary.Open(_folder["none.so"])), StringComparison.Ordinal);
    }

    private static string Refusal(Action open) => Assert.Throws<MelodyException>(open).Message;

    private bool Compiled(string library)
    {
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", $"-DLOG=\"{_folder["log"]}\"", "-o", library, _folder["nccl.c"]]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public void Dispose() => _folder.Dispose();
}
