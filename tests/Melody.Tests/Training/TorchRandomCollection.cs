namespace Melody.Tests.Training;

/// <summary>
/// Tests that draw from libtorch's own generator, of which the process has one: they run alone, or they would take each
/// other's numbers.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchRandomCollection
{
    public const string Name = "libtorch's random numbers";
}
