using Azure;

namespace GitLabJira.Functions.Jira.Installations;

/// <summary>An installation as it is stored; its secret is kept beside it, sealed.</summary>
public sealed record InstallationRow
{
    public required Uri BaseUrl { get; init; }
    public string? DisplayUrl { get; init; }
    public string? CloudId { get; init; }
    public required InstallationState State { get; init; }
    public required int Epoch { get; init; }
    public required Uri GitLabHost { get; init; }

    /// <summary>When Jira issued the call that was applied last.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The newest epoch that ended and whose clean-up is not known to have been started; 0 when there is none. An install in between keeps it.</summary>
    public int CleanUpEpoch { get; init; }
    public ETag ETag { get; init; }
}
