namespace GitLabJira.LocalRuntime.Time;

/// <summary>What a process tells the authority. All calls come under the lock of the process's ledger and arrive in order.</summary>
internal interface IClockLink
{
    /// <summary>This process has something that looks for work: it must look again when others have worked.</summary>
    void Polls();

    /// <summary>Leaves idleness to look. The task ends when the authority knows.</summary>
    Task LookAsync();

    /// <summary>The first work of this process begins. The task ends when the authority knows; <paramref name="wasIdle"/> false: nobody waits for that.</summary>
    Task RunAsync(string what, bool wasIdle);

    /// <summary>The last work has ended or waits; all look again whom that concerns.</summary>
    void Done();

    /// <summary>Work has changed this, and perhaps goes on.</summary>
    void Changed(ClockChanges changes);

    /// <summary>Looked after <paramref name="look"/> and after all own work, found nothing before <paramref name="due"/>.</summary>
    void Idle(long look, DateTimeOffset? due);

    /// <summary>The answer to the HTTP request with this span waits for time.</summary>
    void Waits(string span);

    void Resumes(string span);

    /// <summary>What holds the time in this process, for a person.</summary>
    void Tell(string what);
}
