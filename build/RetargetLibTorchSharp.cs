using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit little-endian ELF library, pointing its one undefined symbol of version GLIBCXX_3.4.32 at
/// another of version GLIBCXX_3.4.22. See LibTorchSharpCompat.targets for the reason.
/// </summary>
public sealed class RetargetLibTorchSharp : Task
{
    const string MissingVersion = "GLIBCXX_3.4.32",
        PresentVersion = "GLIBCXX_3.4.22";
    const string MissingSymbol = "_ZSt21ios_base_library_initv",
        PresentSymbol = "_ZSt19uncaught_exceptionsv";
    const uint DynamicSymbols = 11,
        VersionNeeds = 0x6ffffffe,
        VersionSymbols = 0x6fffffff;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        var stamp = File.GetLastWriteTimeUtc(Source);
        if (File.Exists(Destination) && File.GetLastWriteTimeUtc(Destination) == stamp)
            return true;
        var library = File.ReadAllBytes(Source);
        try
        {
            Retarget(library);
        }
        catch (Exception e) when (e is IndexOutOfRangeException || e is ArgumentException || e is KeyNotFoundException)
        {
            Log.LogWarning("{0} has an unexpected layout and is used as it is: {1}", Source, e.Message);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, library);
        File.SetLastWriteTimeUtc(temporary, stamp);
        try
        {
            if (File.Exists(Destination))
                File.Delete(Destination);
            File.Move(temporary, Destination);
        }
        catch (IOException) when (File.Exists(Destination))
        {
            File.Delete(temporary); // another build was faster
        }
        return true;
    }

    void Retarget(byte[] elf)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
            return;
        long table = BitConverter.ToInt64(elf, 0x28);
        int entry = U16(elf, 0x3a),
            count = U16(elf, 0x3c);
        var sections = new Dictionary<uint, (long Offset, long Size, uint Link)>();
        var offsets = new long[count];
        for (int i = 0; i < count; i++)
        {
            long s = table + (long)i * entry;
            offsets[i] = BitConverter.ToInt64(elf, (int)s + 24);
            sections[U32(elf, s + 4)] = (offsets[i], BitConverter.ToInt64(elf, (int)s + 32), U32(elf, s + 40));
        }
        var symbols = sections[DynamicSymbols];
        long strings = offsets[symbols.Link],
            versions = sections[VersionSymbols].Offset;

        // Each needed version is an auxiliary record: hash(4) flags(2) index(2) name(4) next(4).
        var needs = new Dictionary<string, long>();
        for (long need = sections[VersionNeeds].Offset; ; )
        {
            long aux = need + U32(elf, need + 8);
            for (int i = U16(elf, need + 2); i > 0; i--, aux += U32(elf, aux + 12))
                needs[Text(elf, strings + U32(elf, aux + 8))] = aux;
            uint next = U32(elf, need + 12);
            if (next == 0)
                break;
            need += next;
        }
        if (!needs.TryGetValue(MissingVersion, out long missing))
            return;
        long present = needs[PresentVersion];
        int missingIndex = U16(elf, missing + 6),
            presentIndex = U16(elf, present + 6);

        var patches = new List<(long Name, long Version)>();
        for (long i = 0; i < symbols.Size / 24; i++)
        {
            long name = strings + U32(elf, symbols.Offset + i * 24),
                version = versions + 2 * i;
            if ((U16(elf, version) & 0x7fff) != missingIndex)
                continue;
            if (Text(elf, name) != MissingSymbol)
            {
                Log.LogMessage(MessageImportance.Normal, "{0} needs {1} of {2}: left as it is", Source, Text(elf, name), MissingVersion);
                return;
            }
            patches.Add((name, version));
        }
        foreach (var (name, version) in patches)
        {
            Encoding.ASCII.GetBytes(PresentSymbol + "\0").CopyTo(elf, name);
            BitConverter.GetBytes((ushort)presentIndex).CopyTo(elf, version);
        }
        Array.Copy(elf, present, elf, missing, 4); // hash of the version's name
        Array.Copy(elf, present + 8, elf, missing + 8, 4); // offset of the version's name
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} symbol(s) retargeted to {2}", Source, patches.Count, PresentVersion);
    }

    static int U16(byte[] b, long at) => BitConverter.ToUInt16(b, (int)at);

    static uint U32(byte[] b, long at) => BitConverter.ToUInt32(b, (int)at);

    static string Text(byte[] b, long at) => Encoding.ASCII.GetString(b, (int)at, Array.IndexOf(b, (byte)0, (int)at) - (int)at);
}
