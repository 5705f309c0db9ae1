namespace Melody.Training.Ranks;

/// <summary>Another rank of the training has ended, so that this one cannot go on.</summary>
/// <param name="message">The sentence.</param>
/// <param name="isTold">Whether another process tells it, so that a job of many ranks ends with one sentence.</param>
internal sealed class RankLostException(string message, bool isTold) : Exception(message)
{
    /// <summary>Whether another process tells the sentence.</summary>
    public bool IsTold => isTold;
}
