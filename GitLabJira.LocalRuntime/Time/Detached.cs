namespace GitLabJira.LocalRuntime.Time;

/// <summary>
/// Starts a task outside of the work that the caller is in (see <see cref="RuntimeClock.BeginWorkAsync"/>). Its synchronous first part runs at once, so that work begun there
/// is known before the caller goes on.
/// </summary>
public static class Detached
{
    private static readonly ExecutionContext Clean = CaptureClean();

    public static Task Run(Func<Task> action)
    {
        Task? task = null;
        ExecutionContext.Run(Clean, _ => task = action(), state: null);
        return task!;
    }

    private static ExecutionContext CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
