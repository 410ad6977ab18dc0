namespace GitLabJira.Functions.GitLab.Links;

/// <summary>How a link's clean-up is named and started, so that unlinking can start it without knowing the feature.</summary>
public static class LinkCleanUp
{
    /// <summary>Name of the orchestration in <c>CleanUp/</c>.</summary>
    public const string Orchestration = "CleanUpLink";

    /// <summary>One instance per link and epoch, so that a second start changes nothing.</summary>
    public static string InstanceId(LinkCleanUpInput input) => $"cleanup-{input.LinkId:N}-{input.Epoch}{(input.InstallationGone ? "-gone" : "")}";
}

/// <summary>Input of the orchestration. The link stands in <see cref="LinkState.Unlinking"/> and its index row is a tombstone before it starts.</summary>
public sealed record LinkCleanUpInput
{
    public required string ClientKey { get; init; }
    public required Guid LinkId { get; init; }

    /// <summary>Epoch that the link got by unlinking; a newer link is left alone.</summary>
    public required int Epoch { get; init; }

    /// <summary>The app was uninstalled: Jira deletes its data itself and answers nothing any more.</summary>
    public bool InstallationGone { get; init; }

    /// <summary>How far a generation came; the next one carries on there.</summary>
    public LinkCleanUpStage Stage { get; init; }

    /// <summary>How often Jira was swept.</summary>
    public int Sweeps { get; init; }

    /// <summary>When the sweep that is under way began; null before the first, and while the next one is waited for.</summary>
    public DateTimeOffset? SweptSince { get; init; }
}

/// <summary>The names stand in histories: do not rename.</summary>
public enum LinkCleanUpStage
{
    Start,

    /// <summary>First deletion at Jira.</summary>
    Delete,

    /// <summary>Deletions after the first one, until Jira holds nothing.</summary>
    Sweep,

    /// <summary>Only our own rows are left.</summary>
    Finish,
}
