namespace Melody.Training.FineTuning;

/// <summary>Where a fine-tuning reports.</summary>
internal interface IFineTuningLog
{
    /// <summary>A sentence for people.</summary>
    void Note(string sentence);

    /// <summary>How much of a stage is done, 0 to 1.</summary>
    void Progress(string stage, double fraction);
}
