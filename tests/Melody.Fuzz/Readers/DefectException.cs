namespace Melody.Fuzz.Readers;

/// <summary>A reader took what it should have refused.</summary>
internal sealed class DefectException(string message) : Exception(message)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds)
            throw new DefectException(what);
    }
}
