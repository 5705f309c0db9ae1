using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Melody.Runtime;

/// <summary>
/// An empty Linux library that is known to the dynamic linker by a name of our choice (its <c>DT_SONAME</c>): whoever then
/// asks for that bare name gets this one instead of searching on.
/// </summary>
/// <remarks>
/// TorchSharp asks the runtime for <c>torch_cpu</c>, which first tries the bare name <c>torch_cpu.so</c> and then
/// <c>libtorch_cpu.so</c> in the package's folder by its full path. The latter would be a second libtorch beside the one
/// that the user named, and two of them in a process end it.
/// </remarks>
internal static class SonameStandIn
{
    private const int Header = 64,
        Segment = 56,
        Entry = 16,
        Symbol = 24;

    /// <summary>Loads an empty library of that name; it stays for the life of the process.</summary>
    /// <exception cref="MelodyException">The temporary folder cannot be written.</exception>
    public static void Load(string name)
    {
        string path = "";
        try
        {
            path = Path.GetTempFileName();
            File.WriteAllBytes(path, Library(name));
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            throw new MelodyException(
                $"Another libtorch cannot be used, because a small library in the temporary folder '{Path.GetTempPath()}' does "
                    + $"not load: {e.Message}",
                e
            );
        }
        finally
        {
            if (path.Length > 0)
                File.Delete(path);
        }
    }

    /// <summary>
    /// The file: one readable and writable segment with a dynamic section, an empty symbol table and the name (System V ABI, chapters 4
    /// and 5).
    /// </summary>
    private static byte[] Library(string name)
    {
        byte[] strings = [0, .. Encoding.ASCII.GetBytes(name), 0];
        const int dynamic = Header + 3 * Segment,
            symbols = dynamic + 6 * Entry,
            text = symbols + Symbol;
        var file = new byte[text + strings.Length];
        strings.CopyTo(file, text);

        // 64 bit, little-endian; a shared object for x86-64 or ARM64
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        Half(16, 3);
        Half(18, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62);
        Word(20, 1);
        Long(32, Header); // program headers
        Half(52, Header);
        Half(54, Segment);
        Half(56, 3);

        const int load = 1,
            dynamicSegment = 2,
            stack = 0x6474e551;
        ProgramHeader(0, load, 0, file.Length, 0x10000);
        ProgramHeader(1, dynamicSegment, dynamic, 6 * Entry, 8);
        ProgramHeader(2, stack, 0, 0, 16); // not executable

        const int stringTable = 5,
            symbolTable = 6,
            stringSize = 10,
            symbolSize = 11,
            soname = 14;
        (int Tag, int Value)[] entries =
        [
            (soname, 1),
            (stringTable, text),
            (symbolTable, symbols),
            (stringSize, strings.Length),
            (symbolSize, Symbol),
            (0, 0),
        ];
        for (int i = 0; i < entries.Length; i++)
        {
            Long(dynamic + i * Entry, entries[i].Tag);
            Long(dynamic + i * Entry + 8, entries[i].Value);
        }
        return file;

        void ProgramHeader(int index, int type, int offset, int size, int alignment)
        {
            const int readAndWrite = 6;
            int at = Header + index * Segment;
            Word(at, type);
            Word(at + 4, readAndWrite);
            foreach (int field in new[] { 8, 16, 24 })
                Long(at + field, offset); // in the file and in memory alike
            Long(at + 32, size);
            Long(at + 40, size);
            Long(at + 48, alignment);
        }

        void Half(int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        void Word(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        void Long(int at, int value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);
    }
}
