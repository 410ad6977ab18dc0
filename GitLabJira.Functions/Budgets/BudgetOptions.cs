using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Budgets;

/// <summary>How much the app may ask of Jira and of each GitLab host. Defaults are what Atlassian and gitlab.com publish; 0 is no limit of ours, the other side's answers are obeyed in any case.</summary>
public sealed class BudgetOptions
{
    public const string Section = "Budgets";

    /// <summary>Points of the whole app over all sites (tier 1). A write costs one.</summary>
    [Range(0, 10_000_000)]
    public int JiraPointsPerHour { get; set; } = 65_000;

    /// <summary>Requests to one GitLab host from one address.</summary>
    [Range(0, 10_000_000)]
    public int GitLabPerMinute { get; set; } = 2_000;

    /// <summary>Requests to one GitLab host as one user.</summary>
    [Range(0, 10_000_000)]
    public int GitLabPerUserPerMinute { get; set; } = 2_000;

    /// <summary>Requests as one user to those endpoints that have limits of their own, in percent of what gitlab.com allows; for servers with others.</summary>
    [Range(0, 10_000)]
    public int GitLabEndpointPercent { get; set; } = 100;

    /// <summary>Percent of each GitLab limit that a process may use for live work without asking storage; ten times as much is set aside.</summary>
    [Range(0, 5)]
    public int UncountedPercent { get; set; } = 3;

    /// <summary>Name of the address from which this process calls GitLab: processes with the same one share the host's limit.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "must be 1 to 64 letters, digits, dots, dashes or underscores.")]
    public string EgressName { get; set; } = "shared";

    public BudgetRule Jira => new(JiraPointsPerHour, TimeSpan.FromHours(1), Uncounted: 0);

    public BudgetRule GitLab(int perMinute) => new(perMinute, TimeSpan.FromMinutes(1), UncountedPercent / 100.0);
}
