using GitLabJira.Functions.Hosting;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class GatheringsTests(TestContext test)
{
    private readonly Gatherings<string, string> _gatherings = new(TimeProvider.System);
    private readonly List<string> _delivered = [];
    private readonly Queue<TaskCompletionSource> _gates = new();

    [TestMethod]
    public async Task Takes_along_what_others_brought_while_somebody_was_there()
    {
        var gate = Gate();
        var first = JoinAsync("1");
        var others = Enumerable.Range(2, 5).Select(n => JoinAsync($"{n}")).ToList();
        Assert.IsFalse(others.Exists(o => o.IsCompleted));

        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.AreSequenceEqual(["1", "2 3 4 5 6"], _delivered);
    }

    [TestMethod]
    public async Task Returns_to_each_only_when_its_own_is_delivered()
    {
        var (gate, second) = (Gate(), Gate());
        var first = JoinAsync("1");
        var other = JoinAsync("2");

        gate.SetResult();
        await first;
        Assert.IsFalse(other.IsCompleted);

        second.SetResult();
        await other;
    }

    [TestMethod]
    public async Task Lets_places_go_apart()
    {
        var gate = Gate();
        var first = JoinAsync("1");

        await JoinAsync("2", place: "elsewhere");

        Assert.AreSequenceEqual(["1", "2"], _delivered);
        gate.SetResult();
        await first;
    }

    [TestMethod]
    public async Task Fails_only_the_one_at_fault()
    {
        var gate = Gate();
        var first = JoinAsync("1");
        var (good, bad, other) = (JoinAsync("2"), JoinAsync("bad"), JoinAsync("3"));

        gate.SetResult();
        await Task.WhenAll(first, good, other);

        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => bad);
        Assert.AreSequenceEqual(["1", "2 bad 3", "2", "bad", "3"], _delivered);
    }

    [TestMethod]
    public async Task Lets_go_of_one_that_is_told_to_stop_while_it_waits()
    {
        using var stop = new CancellationTokenSource();
        var gate = Gate();
        var first = JoinAsync("1");
        var (leaving, staying) = (JoinAsync("2", cancellationToken: stop.Token), JoinAsync("3"));

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => leaving);
        gate.SetResult();
        await Task.WhenAll(first, staying);

        Assert.AreSequenceEqual(["1", "3"], _delivered);
    }

    [TestMethod]
    public async Task Lets_all_of_many_go_that_come_and_leave_at_the_same_time()
    {
        var gatherings = new Gatherings<string, int>(clock: null);
        var delivered = 0;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(member => Task.Run(
            async () =>
            {
                for (var round = 0; round < 100; round++)
                {
                    await gatherings.JoinAsync("here", member, DeliverAsync, test.CancellationToken);
                }
            },
            test.CancellationToken)));

        Assert.AreEqual(6400, delivered);

        async Task DeliverAsync(IReadOnlyList<int> together, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Interlocked.Add(ref delivered, together.Count);
        }
    }

    [TestMethod]
    public async Task Is_open_again_after_a_failure()
    {
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => JoinAsync("bad"));

        await JoinAsync("1");

        Assert.AreSequenceEqual(["bad", "1"], _delivered);
    }

    private Task JoinAsync(string id, string place = "here", CancellationToken? cancellationToken = null) => _gatherings.JoinAsync(place, id, DeliverAsync, cancellationToken ?? test.CancellationToken);

    private async Task DeliverAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        _delivered.Add(string.Join(' ', ids));

        if (_gates.TryDequeue(out var gate))
        {
            await gate.Task;
        }

        if (ids.Contains("bad"))
        {
            throw new InvalidDataException("Bad.");
        }
    }

    /// <summary>Holds the next delivery up.</summary>
    private TaskCompletionSource Gate()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _gates.Enqueue(gate);
        return gate;
    }
}
