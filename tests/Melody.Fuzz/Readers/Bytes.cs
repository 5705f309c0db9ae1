using System.Security.Cryptography;
using System.Text;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Fuzz.Readers;

/// <summary>What the readers' seeds are made with.</summary>
internal static class Bytes
{
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] Tensors(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>The header of a safetensors file alone: mutations of it would seldom keep its length right.</summary>
    public static byte[] Header(byte[] file) => file[8..(8 + (int)BitConverter.ToInt64(file))];

    /// <summary>The file with another header.</summary>
    public static byte[] WithHeader(byte[] file, byte[] header) =>
        [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(8 + (int)BitConverter.ToInt64(file))..]];

    public static byte[] Resource(string name)
    {
        using var stream = typeof(Bytes).Assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
