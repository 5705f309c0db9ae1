using Melody.Tests.Reference;
using Melody.Training.Setup;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Vectors of semantic tokens keep the neighbourhood of the centres.</summary>
public sealed class TokenVectorsTests
{
    [Fact]
    public void Features_stand_first_and_small_random_numbers_after_them()
    {
        using var scope = NewDisposeScope();
        var centres = FixedValues.Tensor(3, 200, 5).to_type(ScalarType.Float64) * tensor([1.0, 10, 0.1, 3, 1]) + 4;
        var spread = TokenVectors.Spread(centres, 12, seed: 1);
        Assert.Equal([200, 12], spread.shape);
        double[,] plain = new double[200, 5];
        for (int feature = 0; feature < 5; feature++)
        {
            var column = Enumerable.Range(0, 200).Select(code => centres[code, feature].item<double>()).ToArray();
            double mean = column.Average(),
                deviation = Math.Sqrt(column.Average(v => (v - mean) * (v - mean)));
            for (int code = 0; code < 200; code++)
                plain[code, feature] = (column[code] - mean) / deviation;
        }
        FixedValues.AssertClose(plain, spread.narrow(1, 0, 5), 1e-9);
        Assert.InRange(spread.narrow(1, 5, 7).std().item<double>(), 0.27, 0.33);
    }

    [Fact]
    public void More_features_than_there_is_room_for_are_reduced_to_the_leading_directions()
    {
        using var scope = NewDisposeScope();
        // places on a plane in eight dimensions
        var places = FixedValues.Tensor(4, 50, 2).to_type(ScalarType.Float64);
        var centres = places.matmul(FixedValues.Tensor(5, 2, 8).to_type(ScalarType.Float64));
        var spread = TokenVectors.Spread(centres, 2, seed: 1);
        Assert.Equal([50, 2], spread.shape);
        // whoever stands at the same place stands there still, and the plane is filled evenly in both directions
        FixedValues.AssertClose(new double[] { 1, 0, 0, 1 }, FixedValues.Flat(spread.transpose(0, 1).matmul(spread) / 50), 1e-6);
    }
}
