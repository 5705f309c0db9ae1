using Melody.Studio.Store;

namespace Melody.Studio.Tests.Store;

public sealed class TimedIdTests
{
    [Fact]
    public void Ids_of_many_threads_are_different_and_valid_and_those_of_one_grow()
    {
        var ids = Enumerable.Range(0, 20_000).AsParallel().WithDegreeOfParallelism(4).Select(_ => TimedId.New()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(TimedId.IsValid(id)));
        var mine = Enumerable.Range(0, 1000).Select(_ => TimedId.New()).ToList();
        Assert.Equal(mine.Order(StringComparer.Ordinal), mine);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../../../../etc/passwd..")]
    [InlineData("0123456789abcdef0123456G")]
    [InlineData("0123456789ABCDEF01234567")]
    [InlineData("0123456789abcdef012345678")]
    public void Other_texts_are_no_ids(string? text) => Assert.False(TimedId.IsValid(text));
}
