namespace Melody.Generation;

/// <summary>Nothing that is not a number leaves the networks.</summary>
internal static class Finite
{
    /// <summary>The same values, all of them finite.</summary>
    /// <exception cref="MelodyException">One is not.</exception>
    public static float[] Require(float[] values)
    {
        RequireAll(values);
        return values;
    }

    /// <summary>Refuses values of which one is not finite.</summary>
    /// <exception cref="MelodyException">One is not.</exception>
    public static void RequireAll(ReadOnlySpan<float> values)
    {
        if (values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new MelodyException("The networks gave values that are not finite numbers; their weights are damaged.");
    }
}
