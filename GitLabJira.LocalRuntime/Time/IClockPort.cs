namespace GitLabJira.LocalRuntime.Time;

/// <summary>What the authority tells a process. All calls come under the authority's lock and arrive in order.</summary>
internal interface IClockPort
{
    void MoveTo(DateTimeOffset now);

    void LookAgain(long look, ClockChanges changes);

    void FireDue(long look);

    void SpanWaits(string span);

    void SpanResumes(long look, string span);

    /// <summary>What holds the time there? Answered by <see cref="IClockLink.Tell"/>.</summary>
    void Ask();
}
