namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>gitlab.com's limits of requests per minute.</summary>
public sealed record RateLimits
{
    /// <summary>No limit at all, for load tests of other things.</summary>
    public static RateLimits None { get; } = new() { PerUser = int.MaxValue, PerAddress = int.MaxValue, Endpoints = new Dictionary<string, int>(StringComparer.Ordinal) };

    public int PerUser { get; init; } = 2_000;

    public int PerAddress { get; init; } = 2_000;

    /// <summary>Limits of single endpoints. They answer 429 without the usual headers and cannot be seen coming.</summary>
    public IReadOnlyDictionary<string, int> Endpoints { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["GET groups"] = 50,
        ["GET groups/:id"] = 400,
        ["GET groups/:id/projects"] = 600,
        ["GET projects/:id"] = 400,
        ["GET projects/:id/members/all"] = 200,
        ["POST projects/:id/hooks/:hook_id/test/:trigger"] = 5,
        ["POST groups/:id/hooks/:hook_id/test/:trigger"] = 5,
        ["POST projects/:id/hooks/:hook_id/events/:event_id/resend"] = 5,
        ["POST groups/:id/hooks/:hook_id/events/:event_id/resend"] = 5,
    };
}
