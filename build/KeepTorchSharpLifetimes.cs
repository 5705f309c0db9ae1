using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies TorchSharp.dll with optimization turned off for its own thin methods, so that what a method was given
/// lives until the method returns. See TorchSharpLifetimes.targets for the reason.
/// </summary>
public sealed class KeepTorchSharpLifetimes : Task
{
    // the value of the assembly's DebuggableAttribute, with its length: IgnoreSymbolStoreSequencePoints
    static readonly byte[] Optimized = { 8, 1, 0, 2, 0, 0, 0, 0, 0 };

    // Default, IgnoreSymbolStoreSequencePoints, EnableEditAndContinue and DisableOptimizations, as a debug build has them
    const byte LowFlags = 0x07,
        HighFlags = 0x01;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        // another time than the package's, or a build would take an output that holds the package's own for unchanged
        var stamp = File.GetLastWriteTimeUtc(Source).AddSeconds(2);
        if (File.Exists(Destination) && File.GetLastWriteTimeUtc(Destination) == stamp)
            return true;
        var assembly = File.ReadAllBytes(Source);
        int at = Find(assembly, 0);
        if (at < 0 || Find(assembly, at + 1) >= 0)
            Log.LogWarning(null, "MELODY003", null, null, 0, 0, 0, 0, "{0} has an unexpected layout and is used as it is", Source);
        else
        {
            assembly[at + 3] = LowFlags;
            assembly[at + 4] = HighFlags;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, assembly);
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

    static int Find(byte[] bytes, int start)
    {
        for (int at = start; at <= bytes.Length - Optimized.Length; at++)
        {
            int i = 0;
            while (i < Optimized.Length && bytes[at + i] == Optimized[i])
                i++;
            if (i == Optimized.Length)
                return at;
        }
        return -1;
    }
}
