namespace Melody.Training.LowRank;

/// <summary>Which step had the lowest loss, and when it is time to stop waiting for a lower one.</summary>
/// <param name="patience">Losses in a row that are not the lowest after which it is over.</param>
internal sealed class EarlyStop(int patience)
{
    private int _waited;

    /// <summary>The loss that was told first; NaN before.</summary>
    public double First { get; private set; } = double.NaN;

    /// <summary>The lowest loss; infinite before the first.</summary>
    public double Lowest { get; private set; } = double.PositiveInfinity;

    /// <summary>The step that had it.</summary>
    public long Step { get; private set; }

    /// <summary>Whether the loss has not become lower for as long as one waits.</summary>
    public bool IsOver => _waited >= patience;

    /// <summary>Takes a loss; returns whether it is the lowest so far.</summary>
    public bool Tell(long step, double loss)
    {
        if (double.IsNaN(First))
            First = loss;
        if (!(loss < Lowest))
        {
            _waited++;
            return false;
        }
        (Lowest, Step, _waited) = (loss, step, 0);
        return true;
    }
}
