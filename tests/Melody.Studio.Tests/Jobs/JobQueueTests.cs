using CsCheck;
using Melody.Studio.Jobs;
using Melody.Studio.Orders;
using Melody.Studio.Store;

namespace Melody.Studio.Tests.Jobs;

/// <summary>
/// The queue against its rule, told by hand and drawn at random: clients take turns, and each client's jobs keep their order.
/// </summary>
public sealed class JobQueueTests
{
    private static JobTicket Ticket(string client) =>
        new(new(TimedId.New(), client, new() { Task = OrderTask.Generate }, JobState.Queued, DateTimeOffset.UnixEpoch));

    private static async Task<string> DrainAsync(JobQueue queue)
    {
        string order = "";
        while (queue.Count > 0)
            order += (await queue.DequeueAsync(TestContext.Current.CancellationToken)).Client;
        return order;
    }

    [Theory]
    [InlineData("aaaa", "aaaa")]
    [InlineData("aaab", "abaa")]
    [InlineData("aaabbc", "abcaba")]
    [InlineData("abab", "abab")]
    [InlineData("bbaac", "bacba")]
    public async Task Clients_take_turns(string coming, string going)
    {
        using var queue = new JobQueue(100);
        foreach (char client in coming)
            queue.Enqueue(Ticket($"{client}"));
        Assert.Equal(going, string.Concat(queue.InOrder().Select(ticket => ticket.Client)));
        Assert.Equal(going, await DrainAsync(queue));
    }

    [Fact]
    public void The_order_that_is_told_is_the_order_that_comes_and_nobody_waits_behind_two_of_another()
    {
        Gen.Int[0, 4]
            .List[1, 40]
            .Sample(
                coming =>
                {
                    using var queue = new JobQueue(1000);
                    var tickets = coming.Select(client => Ticket($"{client}")).ToList();
                    foreach (var ticket in tickets)
                        queue.Enqueue(ticket);
                    var told = queue.InOrder();
                    var came = new List<JobTicket>();
                    while (queue.Count > 0)
                        came.Add(queue.DequeueAsync(CancellationToken.None).GetAwaiter().GetResult());
                    Assert.Equal(told, came);
                    foreach (var client in tickets.GroupBy(ticket => ticket.Client))
                        Assert.Equal(client, came.Where(ticket => ticket.Client == client.Key));
                    for (int i = 0; i + 1 < came.Count; i++)
                        if (came[i].Client == came[i + 1].Client)
                            Assert.All(came.Skip(i + 1), ticket => Assert.Equal(came[i].Client, ticket.Client));
                },
                iter: 200,
                threads: 1
            );
    }

    [Fact]
    public async Task It_is_bounded_as_a_whole_and_for_each_client()
    {
        using var queue = new JobQueue(8);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(queue.HasPlace("a"));
            queue.Enqueue(Ticket("a"));
        }
        Assert.False(queue.HasPlace("a"));
        Assert.True(queue.HasPlace("b"));
        queue.Enqueue(Ticket("b"));
        queue.Enqueue(Ticket("b"));
        Assert.False(queue.HasPlace("c"));
        await queue.DequeueAsync(TestContext.Current.CancellationToken);
        Assert.True(queue.HasPlace("a"));
    }

    [Fact]
    public async Task What_is_removed_never_comes_and_holds_nobody_up()
    {
        using var queue = new JobQueue(8);
        var tickets = "aab".Select(client => Ticket($"{client}")).ToList();
        foreach (var ticket in tickets)
            queue.Enqueue(ticket);
        Assert.True(queue.TryRemove(tickets[0]));
        Assert.False(queue.TryRemove(tickets[0]));
        Assert.Equal("ab", await DrainAsync(queue));
        var next = queue.DequeueAsync(TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        queue.Enqueue(tickets[0]);
        Assert.Same(tickets[0], await next);
    }
}
