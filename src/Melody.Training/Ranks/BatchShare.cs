namespace Melody.Training.Ranks;

/// <summary>
/// The rows of every batch that one rank computes: a batch is what the options say, however many ranks share it. Everything random is drawn
/// for all rows, in the order of one process, so that each row is the same whoever computes it.
/// </summary>
/// <param name="Part">From 0.</param>
/// <param name="Parts">In how many equal parts batches are divided.</param>
internal readonly record struct BatchShare(int Part, int Parts)
{
    /// <summary>The whole batch.</summary>
    public static BatchShare Whole { get; } = new(0, 1);

    /// <summary>The rows of a batch of this size.</summary>
    /// <exception cref="MelodyException">The batch cannot be divided.</exception>
    public Range Rows(int batch)
    {
        if (batch % Parts != 0)
            throw new MelodyException(
                $"A batch of {batch} cannot be divided equally among {Parts} ranks; "
                    + $"give a multiple with --set batch=… or start other ranks."
            );
        int rows = batch / Parts;
        return (Part * rows)..((Part + 1) * rows);
    }

    /// <summary>Whether a row of a batch of this size is of this part.</summary>
    public bool Has(int row, int batch) => Parts == 1 || row / (batch / Parts) == Part;

    /// <summary>Draws for the rows of all parts and keeps those of this part.</summary>
    /// <param name="rows">Rows of this part.</param>
    /// <param name="draw">Called once a row, in order.</param>
    public T[] Draw<T>(int rows, Func<T> draw)
    {
        var all = new T[rows * Parts];
        for (int row = 0; row < all.Length; row++)
            all[row] = draw();
        return all[(Part * rows)..((Part + 1) * rows)];
    }

    /// <summary>The rows of this part of values that lie row after row.</summary>
    public T[] Of<T>(T[] values, int batch)
    {
        int width = values.Length / batch;
        var rows = Rows(batch);
        return Parts == 1 ? values : values[(rows.Start.Value * width)..(rows.End.Value * width)];
    }
}
