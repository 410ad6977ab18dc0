namespace GitLabJira.Functions.Jira.Installations;

public enum InstallationState
{
    Installed,
    Uninstalled,
}

/// <summary>One Jira Cloud site that installed the app.</summary>
public sealed record Installation
{
    public required string ClientKey { get; init; }

    /// <summary>API base of the site, as Jira sent it; used for every call.</summary>
    public required Uri BaseUrl { get; init; }
    public string? DisplayUrl { get; init; }
    public string? CloudId { get; init; }
    public required InstallationState State { get; init; }

    /// <summary>Grows only with an install after an uninstall; upgrades, rotated secrets and renames keep it.</summary>
    public required int Epoch { get; init; }

    /// <summary>The GitLab instance of the next sign-in.</summary>
    public required Uri GitLabHost { get; init; }

    /// <summary>Key for outgoing and incoming HS256 tokens. Never logged.</summary>
    public required string SharedSecret { get; init; }

    public override string ToString() => $"{nameof(Installation)} epoch {Epoch}";
}
