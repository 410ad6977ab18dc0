using System.Text.RegularExpressions;

namespace GitLabJira.Sandbox.Jira.Traffic;

public enum FaultKind
{
    /// <summary>Answers correctly, but later.</summary>
    Delay,

    /// <summary>Closes the connection before the request is looked at.</summary>
    Drop,

    /// <summary>Refuses with a status, without looking at the request.</summary>
    Status,

    /// <summary>Does what was asked, then cuts the answer in the middle.</summary>
    Reset,

    /// <summary>Does what was asked, then closes the connection without an answer: the sender cannot know.</summary>
    LoseAnswer,
}

/// <summary>Something that goes wrong with matching requests until it is removed or used up.</summary>
/// <param name="Path">A path; <c>*</c> stands for anything.</param>
/// <param name="Method">Null: any.</param>
/// <param name="Times">How many requests it hits; null: all.</param>
/// <param name="Probability">The share of matching requests that it hits.</param>
public sealed record Fault(FaultKind Kind, string Path = "/rest/*", string? Method = null, int? Times = null, double Probability = 1)
{
    public TimeSpan By { get; init; }

    public int StatusCode { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Value of <c>RateLimit-Reason</c>, such as <c>jira-quota-global-based</c>.</summary>
    public string? Reason { get; init; }

    public static Fault Delay(TimeSpan by, string path = "/rest/*", int? times = null) => new(FaultKind.Delay, path, Times: times) { By = by };

    public static Fault Drop(string path = "/rest/*", int? times = null) => new(FaultKind.Drop, path, Times: times);

    public static Fault TooManyRequests(TimeSpan retryAfter, string? reason = null, string path = "/rest/*", int? times = null) =>
        new(FaultKind.Status, path, Times: times) { StatusCode = 429, RetryAfter = retryAfter, Reason = reason };

    public static Fault Status(int status, string path = "/rest/*", int? times = null, TimeSpan? retryAfter = null) =>
        new(FaultKind.Status, path, Times: times) { StatusCode = status, RetryAfter = retryAfter };

    public static Fault Reset(string path = "/rest/*", int? times = null) => new(FaultKind.Reset, path, Times: times);

    public static Fault LoseAnswer(string path = "/rest/*", int? times = null) => new(FaultKind.LoseAnswer, path, Times: times);

    internal bool Matches(string method, string path) =>
        (Method is null || Method == method)
        && Regex.IsMatch(path, "^" + Regex.Escape(Path).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.None, TimeSpan.FromSeconds(1));
}
