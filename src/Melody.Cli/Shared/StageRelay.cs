namespace Melody.Cli.Shared;

/// <summary>The progress of one piece of music as one bar.</summary>
/// <param name="progress">Where the bar is.</param>
/// <param name="name">What it is called.</param>
internal sealed class StageRelay(IStageProgress progress, string name) : IProgress<GenerationProgress>
{
    public void Report(GenerationProgress value) => progress.Report(name, value.Fraction);
}
