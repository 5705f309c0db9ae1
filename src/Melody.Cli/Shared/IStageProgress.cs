namespace Melody.Cli.Shared;

/// <summary>How far a run has come. Safe for use by several threads.</summary>
internal interface IStageProgress
{
    /// <param name="stage">What is being done, e.g. "semantic tokens".</param>
    /// <param name="fraction">How much of it is done, 0 to 1.</param>
    void Report(string stage, double fraction);
}

/// <summary>For a run that nobody watches.</summary>
internal sealed class SilentProgress : IStageProgress
{
    public static SilentProgress Instance { get; } = new();

    public void Report(string stage, double fraction) { }
}
