namespace Melody.Fuzz;

/// <summary>One reader of bytes, and valid inputs to begin with.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Seeds">Inputs that it accepts.</param>
/// <param name="Words">Pieces that mean something to it.</param>
/// <param name="IsText">Whether numbers, texts and lines are changed as well as bytes.</param>
/// <param name="Read">Reads an input as its users would; throws <see cref="MelodyException"/> or nothing.</param>
public sealed record Reader(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<string> Words, bool IsText, Action<byte[]> Read);
