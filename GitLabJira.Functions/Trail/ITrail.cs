namespace GitLabJira.Functions.Trail;

/// <summary>Writes down what became of each entity: received, read, keys, sent, Jira's answer, or why nothing was sent (design 5, <c>Trail</c>). Ids only.</summary>
/// <remarks>Notes are kept in memory until somebody writes them, so that a message's work costs one transaction, and work at the same time shares one. Work never waits for the trail and never fails by it.</remarks>
public interface ITrail
{
    void Add(TrailNote note);

    /// <summary>Writes what was noted in this process, by whomever. Call it once at the end of a message's work, also when that failed. Throws nothing.</summary>
    Task WriteAsync();
}
