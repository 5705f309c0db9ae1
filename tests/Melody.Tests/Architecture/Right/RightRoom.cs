namespace Melody.Tests.Architecture.Right;

/// <summary>Uses the room on the left inside of a lambda.</summary>
internal static class RightRoom
{
    /// <summary>Closes the other half of the circle.</summary>
    public static Func<int> Later { get; } = () => Left.LeftRoom.Count();

    /// <summary>Some names.</summary>
    public static IReadOnlyList<string> Names { get; } = [];
}
