using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Weights;

/// <summary>Files that break the format are refused with a sentence, and never do anything worse.</summary>
public sealed class HostileSafetensorsTests : IDisposable
{
    private const string Valid =
        """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheValidFileOpens()
    {
        using var file = SafetensorsReader.Open(Write(Bytes(Valid, 24)));
        Assert.Equal(2, file.Entries.Count);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", 12, "ends at byte 16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", 20, "there are 20")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        12,
        "overlaps"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        8,
        "overlaps"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        12,
        "gap"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,16]}}""", 16, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,16]}}""", 16, "shape")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693954],"data_offsets":[0,16]}}""", 16, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}""", 16, "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}""", 6, "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":4,"data_offsets":[0,16]}}""", 16, "shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", 16, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,-16]}}""", 16, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,18446744073709551616]}}""", 16, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0]}}""", 16, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F8_E5M2","shape":[4],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F8_E5M2'")]
    [InlineData("""{"a":{"dtype":7,"shape":[4],"data_offsets":[0,4]}}""", 4, "unknown dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}""", 16, "does not fill")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""",
        16,
        "JSON"
    )]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 16, "JSON")]
    [InlineData("""{"a":{"shape":[4],"data_offsets":[0,16]}}""", 16, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"more":1}}""", 16, "unknown property")]
    [InlineData("""{"a":[]}""", 0, "not described")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "__metadata__")]
    [InlineData("""{"__metadata__":"x"}""", 0, "__metadata__")]
    [InlineData("""{"a":{"dtype":"F32\ud800","shape":[4],"data_offsets":[0,16]}}""", 16, "Unicode")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 16, "Unicode")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}""", 16, "JSON")]
    [InlineData("""{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":1}}}}}}}}}""", 0, "JSON")]
    [InlineData("[]", 0, "'{'")]
    [InlineData(" {}", 0, "'{'")]
    [InlineData("", 0, "'{'")]
    public void BrokenHeaders(string header, int data, string reason) => AssertRefused(Bytes(header, data), reason);

    [Fact]
    public void BrokenFrames()
    {
        AssertRefused([], "0 bytes");
        AssertRefused([1, 2, 3], "3 bytes");
        AssertRefused([2, 0, 0, 0, 0, 0, 0, 0], "only 0 follow");
        AssertRefused([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, (byte)'{'], "18446744073709551615");
        AssertRefused([0, 0, 0, 0, 0, 0, 0, 0x80, (byte)'{'], "9223372036854775808");
        AssertRefused([1, 0xe1, 0xf5, 5, 0, 0, 0, 0], "100000001");
        AssertRefused(Bytes(Valid, 24)[..40], "only 32 follow");
        AssertRefused(Encoding.UTF8.GetBytes("This is a text file that someone has renamed."), "claims a header");
        byte[] latin1 = [3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xe4, (byte)'}'];
        AssertRefused(latin1, "UTF-8");
    }

    [Fact]
    public void MissingFilesAndFoldersAreNamed()
    {
        Assert.Contains(
            "does not exist",
            Assert.Throws<MelodyException>(() => SafetensorsReader.Open(_folder["none"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cannot be read",
            Assert.Throws<MelodyException>(() => SafetensorsReader.Open(_folder.Path)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cannot be read",
            Assert.Throws<MelodyException>(() => SafetensorsReader.Open("")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void MutatedFilesAreReadOrRefused()
    {
        var valid = Bytes(Valid, 24);
        var mutation = Gen.Select(Gen.Int[0, 3], Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[1, 12]).Array[1, 6];
        int refused = 0,
            read = 0;
        mutation.Sample(
            steps =>
            {
                var bytes = valid.ToList();
                foreach (var (kind, at, value, count) in steps)
                {
                    int position = Math.Min(at, bytes.Count);
                    if (kind == 0 && position < bytes.Count)
                        bytes[position] = value;
                    else if (kind == 1)
                        bytes.RemoveRange(position, Math.Min(count, bytes.Count - position));
                    else if (kind == 2)
                        bytes.InsertRange(position, bytes.Skip(position / 2).Take(count).ToArray());
                    else if (position < bytes.Count && bytes[position] is >= (byte)'0' and <= (byte)'9')
                        bytes[position] = (byte)('0' + value % 10);
                }
                var path = Write([.. bytes]);
                using var scope = NewDisposeScope();
                try
                {
                    using var file = SafetensorsReader.Open(path);
                    foreach (var name in file.Entries.Keys)
                        Assert.Equal(file.Entries[name].Count, file.Read(name).numel());
                    read++;
                }
                catch (MelodyException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                    refused++;
                }
            },
            iter: 2000,
            threads: 1
        );
        Assert.True(refused > 0 && read > 0, $"{refused} refused, {read} read");
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        var error = Assert.Throws<MelodyException>(() => SafetensorsReader.Open(Write(bytes)).Dispose());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string header, int data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        return [.. length, .. bytes, .. new byte[data]];
    }

    private string Write(byte[] bytes)
    {
        var path = _folder["hostile.safetensors"];
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
