using System.Collections.Concurrent;

namespace GitLabJira.WholeApp.Tests;

/// <summary>Ends what several classes share, when the last test of the assembly is done. MSTest allows one such method per assembly.</summary>
[TestClass]
public static class AtTheEnd
{
    private static readonly ConcurrentStack<Func<Task>> Ends = new();

    public static void Do(Func<Task> end) => Ends.Push(end);

    [AssemblyCleanup]
    public static async Task EndAsync()
    {
        while (Ends.TryPop(out var end))
        {
            await end();
        }
    }
}
