namespace Melody;

/// <summary>
/// A small file, written by <c>melody finetune</c>, that leads a model towards the music it was trained on; several add up.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Strength">
/// How far it leads, from 0 to <see cref="LargestStrength"/>: 1 is as far as it was trained, 0 leaves the model as it is.
/// </param>
public sealed record MusicAdapter(string Path, double Strength = 1)
{
    /// <summary>The largest strength.</summary>
    public const double LargestStrength = 4;
}

/// <summary>An adapter as a model or a recipe names it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Sha256">Of its file, hexadecimal.</param>
/// <param name="Strength">How far it leads; 1 is as far as it was trained.</param>
public sealed record AppliedAdapter(string Name, string Sha256, double Strength);
