using Melody.Tests.Architecture.Right;

namespace Melody.Tests.Architecture.Left;

/// <summary>Uses the room on the right inside of a method only, as a call that needs no <c>using</c> would.</summary>
internal static class LeftRoom
{
    /// <summary>Closes one half of a circle.</summary>
    public static int Count() => RightRoom.Names.Count;
}
