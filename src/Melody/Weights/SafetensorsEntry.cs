using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>One tensor of a safetensors file as its header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">Sizes of its axes; none for a scalar.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Elements in the tensor.</summary>
    public long Count => (End - Begin) / SafetensorsType.Size(Type);
}
