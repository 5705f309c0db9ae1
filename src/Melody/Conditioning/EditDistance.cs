namespace Melody.Conditioning;

/// <summary>
/// How many typing errors lie between two words: letters inserted, dropped, replaced, or two neighbours swapped
/// (optimal string alignment; Damerau, 1964).
/// </summary>
internal static class EditDistance
{
    /// <summary>The distance, or <paramref name="limit"/> + 1 as soon as it is known to be larger than the limit.</summary>
    public static int Between(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
            return limit + 1;
        int width = b.Length + 1;
        Span<int> rows = width <= 128 ? stackalloc int[3 * width] : new int[3 * width];
        Span<int> beforeLast = rows[..width],
            previous = rows.Slice(width, width),
            current = rows.Slice(2 * width, width);
        for (int j = 0; j < width; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int best = current[0] = i;
            for (int j = 1; j < width; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    distance = Math.Min(distance, beforeLast[j - 2] + 1);
                current[j] = distance;
                best = Math.Min(best, distance);
            }
            if (best > limit)
                return limit + 1;
            var spent = beforeLast;
            beforeLast = previous;
            previous = current;
            current = spent;
        }
        return Math.Min(previous[b.Length], limit + 1);
    }
}
