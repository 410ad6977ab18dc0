namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>What a turn at a site delivers.</summary>
public enum DeliveryTurn
{
    /// <summary>Live and repair.</summary>
    News,

    /// <summary>Every lane, old data last.</summary>
    All,
}

/// <summary>How many sites this process delivers to. Each kind of turn has its own queue, so old data of many sites never stands before anybody's news; within a queue, turns give way to each other.</summary>
public sealed class DeliveryTurns
{
    /// <summary><c>newBatchThreshold</c> of host.json: while more turns than these run, the host takes no further wake-ups from the queue.</summary>
    public const int Comfortable = 8;

    private readonly int[] _running = new int[Enum.GetValues<DeliveryTurn>().Length];

    /// <summary>Others wait for a place: a turn ends after the call that it makes, and its site lines up again.</summary>
    public bool MustGiveWay(DeliveryTurn turn) => Volatile.Read(ref _running[(int)turn]) > Comfortable;

    public void Begin(DeliveryTurn turn) => Interlocked.Increment(ref _running[(int)turn]);

    public void End(DeliveryTurn turn) => Interlocked.Decrement(ref _running[(int)turn]);
}
