namespace GitLabJira.Sandbox.GitLab;

/// <summary>
/// Starts what belongs to nobody. A delivery or a timer must not count as part of the request or the test that set it off: a virtual clock would let the one wait for the other.
/// </summary>
internal static class OwnFlow
{
    private static readonly ExecutionContext Empty = Capture();

    /// <summary>Runs it at once, on this thread, without anything that flows with the present code.</summary>
    public static void Run(Action action) => ExecutionContext.Run(Empty, static state => ((Action)state!)(), action);

    /// <summary>Suppressing the flow would not do: what flows already can still be read. A thread started so has nothing.</summary>
    private static ExecutionContext Capture()
    {
        ExecutionContext? empty = null;
        var thread = new Thread(() => empty = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return empty ?? throw new InvalidOperationException("A new thread has an execution context.");
    }
}
