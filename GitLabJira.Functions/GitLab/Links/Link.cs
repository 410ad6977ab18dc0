using Azure;

namespace GitLabJira.Functions.GitLab.Links;

public enum LinkState
{
    /// <summary>Row written, hook not yet confirmed; finished or undone by a timer after two minutes.</summary>
    Linking,
    Active,
    NeedsSignIn,
    HookRemoved,
    Unlinking,
    Broken,
}

public enum HookKind
{
    None,
    Group,
    Project,
}

/// <summary>A GitLab group linked to a Jira site: installation × group, with a hook of its own.</summary>
public sealed record Link
{
    public required Guid Id { get; init; }

    /// <summary>The installation (Jira's tenant identity).</summary>
    public required string ClientKey { get; init; }

    /// <summary>Epoch of the installation when the link was made; work of an older epoch is dropped.</summary>
    public required int InstallationEpoch { get; init; }

    /// <summary>Base address of the GitLab instance.</summary>
    public required Uri Host { get; init; }

    /// <summary>Short tag of a self-managed instance, empty for gitlab.com; prefixes the ids that Jira sees (design 7).</summary>
    public string HostTag { get; init; } = "";
    public required long GroupId { get; init; }
    public required string GroupPath { get; init; }

    /// <summary>Grows whenever the link is made anew or unlinked; work of an older epoch is dropped.</summary>
    public required int Epoch { get; init; }
    public required LinkState State { get; init; }
    public string? StateReason { get; init; }
    public HookKind HookKind { get; init; }
    public long? GroupHookId { get; init; }

    /// <summary>The active initial sync run, set by ETag; null when none runs.</summary>
    public string? ActiveRunId { get; init; }

    /// <summary>Links below this one that it took over: what Jira holds with their <c>linkId</c> is this link's to delete.</summary>
    public IReadOnlyList<Guid> InheritedLinkIds { get; init; } = [];

    /// <summary>The link of a parent group that took this one over, or the one that replaced it under a new identity of the site. Its clean-up then removes hooks and rows and leaves Jira alone: the data there is the other's now.</summary>
    public Guid? InheritedBy { get; init; }

    /// <summary>The Jira account by whose GitLab grant the link lives; another one when that is of no use any more.</summary>
    public required string LinkedByAccountId { get; init; }

    /// <summary>The Jira account that linked the group; null in rows of before this was kept.</summary>
    public string? MadeByAccountId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the hook existed for sure: the initial sync takes no commit newer than it (design 6.5).</summary>
    public DateTimeOffset? HookedAt { get; init; }

    /// <summary>When the link was last unlinked or its state changed.</summary>
    public DateTimeOffset? StateChangedAt { get; init; }
    public LinkSettings Settings { get; init; } = LinkSettings.Default;
    public ETag ETag { get; init; }
}
