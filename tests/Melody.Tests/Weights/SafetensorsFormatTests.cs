using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using CsCheck;
using Melody.Tests.Reference;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Weights;

/// <summary>The bytes of a safetensors file against the format's definition and against a reader in another language.</summary>
public sealed class SafetensorsFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsAFileMadeByHand()
    {
        const string header =
            """{"__metadata__":{"about":"a hand-made file"},"b":{"dtype":"F32","shape":[2],"data_offsets":[6,14]},"a":{"dtype":"""
            + """ "I16","shape":[1,3],"data_offsets":[0,6]},"none":{"dtype":"U8","shape":[4,0],"data_offsets":[14,14]}}   """;
        byte[] data = [0x01, 0x00, 0xfe, 0xff, 0x00, 0x01, 0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0xc0];
        var path = Write("hand.safetensors", header, data);

        using var scope = NewDisposeScope();
        using var file = SafetensorsReader.Open(path);
        Assert.Equal("a hand-made file", file.Metadata["about"]);
        Assert.Equal(["a", "b", "none"], file.Entries.Keys.Order());
        var a = file.Read("a");
        Assert.Equal([1, 3], a.shape);
        Assert.Equal([1, -2, 256], a.data<short>().ToArray());
        Assert.Equal([1.5f, -2f], file.Read("b").data<float>().ToArray());
        Assert.Equal([4, 0], file.Read("none").shape);
    }

    [Fact]
    public void WritesTheBytesOfTheFormat()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(
            stream,
            new Dictionary<string, Tensor>
            {
                ["flag"] = tensor(new[] { true, false, true }),
                ["x"] = tensor(new[] { 1f, -0.5f }),
                ["brain"] = tensor(
                        new[,]
                        {
                            { 1f },
                            { -2f },
                        }
                    )
                    .to_type(ScalarType.BFloat16),
            },
            new Dictionary<string, string> { ["by"] = "test" }
        );

        // widest type first; BF16 is the upper half of F32; the header is padded to a multiple of eight
        var header =
            """{"__metadata__":{"by":"test"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"brain":{"dtype":"BF16","shape":"""
            + """[2,1],"data_offsets":[8,12]},"flag":{"dtype":"BOOL","shape":[3],"data_offsets":[12,15]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected =
        [
            (byte)header.Length,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Encoding.UTF8.GetBytes(header),
            0,
            0,
            0x80,
            0x3f,
            0,
            0,
            0,
            0xbf,
            0x80,
            0x3f,
            0,
            0xc0,
            1,
            0,
            1,
        ];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void EveryTypeComesBack()
    {
        using var scope = NewDisposeScope();
        var types = new[]
        {
            ScalarType.Float64,
            ScalarType.Float32,
            ScalarType.Float16,
            ScalarType.BFloat16,
            ScalarType.Int64,
            ScalarType.Int32,
            ScalarType.Int16,
            ScalarType.Int8,
            ScalarType.Byte,
            ScalarType.Bool,
        };
        // 0..3 is exact in all of them but Bool, which gets its parity; a transposed view is not contiguous
        var values = types.ToDictionary(
            t => t.ToString(),
            t => (arange(12, ScalarType.Int64) % (t == ScalarType.Bool ? 2 : 4)).view(3, 4).to_type(t).t()
        );
        values["scalar"] = tensor(0.25);
        var path = _folder["all.safetensors"];
        SafetensorsWriter.Write(path, values);
        using var file = SafetensorsReader.Open(path);
        foreach (var (name, value) in values)
        {
            var read = file.Read(name);
            Assert.Equal(value.dtype, read.dtype);
            Assert.Equal(value.shape, read.shape);
            Assert.True(value.equal(read).all().item<bool>(), name);
        }
    }

    [Fact]
    public void AnyShapesRoundTripAndAreAligned() =>
        Gen.Select(Gen.String[1, 6], Gen.Long[0, 5].Array[0, 4], Gen.Int[0, 3])
            .Array[0, 6]
            .Sample(
                specs =>
                {
                    using var scope = NewDisposeScope();
                    var types = new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Int16, ScalarType.Byte };
                    var tensors = new Dictionary<string, Tensor>();
                    foreach (var (name, shape, type) in specs)
                        tensors["t" + new string([.. name.Where(c => !char.IsSurrogate(c))])] = (FixedValues.Tensor(3, shape) * 100)
                            .abs()
                            .to_type(types[type]);
                    var path = _folder["any.safetensors"];
                    SafetensorsWriter.Write(path, tensors);
                    using var file = SafetensorsReader.Open(path);
                    Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), file.Entries.Keys.Order(StringComparer.Ordinal));
                    Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path)) % 8);
                    foreach (var (name, value) in tensors)
                    {
                        Assert.Equal(0, file.Entries[name].Begin % SafetensorsType.Size(value.dtype));
                        Assert.True(value.shape.SequenceEqual(file.Read(name).shape));
                        Assert.True(value.equal(file.Read(name)).all().item<bool>());
                    }
                },
                iter: 100,
                threads: 1
            );

    [Fact]
    public async Task PythonReadsWhatWasWritten()
    {
        var path = _folder["python.safetensors"];
        using (NewDisposeScope())
        {
            SafetensorsWriter.Write(
                path,
                new Dictionary<string, Tensor>
                {
                    ["matrix"] = tensor(
                        new[,]
                        {
                            { 1.5f, -2f },
                            { 0.25f, 1024f },
                        }
                    ),
                    ["häuser"] = tensor(new[] { long.MinValue, 7 }),
                    ["half"] = tensor(new[] { 0.5f, -8f }).to_type(ScalarType.Float16),
                }
            );
        }
        const string script = """
            import json, struct, sys
            raw = open(sys.argv[1], 'rb').read()
            length, = struct.unpack('<Q', raw[:8])
            header = json.loads(raw[8:8 + length])
            for name in sorted(header):
                entry = header[name]
                begin, end = entry['data_offsets']
                count = 1
                for size in entry['shape']: count *= size
                code = {'F32': 'f', 'I64': 'q', 'F16': 'e'}[entry['dtype']]
                values = struct.unpack('<%d%s' % (count, code), raw[8 + length + begin:8 + length + end])
                print(ascii(name), entry['shape'], list(values))
            """;
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(path);
        Process? python = null;
        try
        {
            python = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception) { }
        Assert.SkipWhen(python is null, "python3 is not installed: apt-get install python3");
        using (python)
        {
            var output = await python!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(
                "'half' [2] [0.5, -8.0]\n'h\\xe4user' [2] [-9223372036854775808, 7]\n'matrix' [2, 2] [1.5, -2.0, 0.25, 1024.0]\n",
                output.ReplaceLineEndings("\n")
            );
        }
    }

    private string Write(string name, string header, byte[] data)
    {
        var path = _folder[name];
        var bytes = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        File.WriteAllBytes(path, [.. length, .. bytes, .. data]);
        return path;
    }
}
