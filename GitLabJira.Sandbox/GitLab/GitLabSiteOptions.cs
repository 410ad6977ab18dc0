using System.Globalization;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.Rest;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>What the instance starts with.</summary>
public sealed record GitLabSiteOptions
{
    public RuntimeClock Clock { get; init; } = new WallClock();

    /// <summary>0: any free port.</summary>
    public int Port { get; init; }

    /// <summary>A relative root such as <c>/gitlab</c>, as some self-managed instances have.</summary>
    public string RelativeRoot { get; init; } = "";

    /// <summary>What <c>/metadata</c> and <c>User-Agent</c> of hooks say; below 19 signing tokens are silently ignored.</summary>
    public string Version { get; init; } = "19.4.1-ee";

    /// <summary>What is there from the start; absent: an empty instance with an administrator.</summary>
    public Seeding.Seed? Seed { get; init; } = Seeding.Seed.Demonstration();

    public IReadOnlyList<OAuthApplication> Applications { get; init; } = [];

    public RateLimits RateLimits { get; init; } = new();

    /// <summary>Whether the deliveries of a namespace are limited by its plan.</summary>
    public bool LimitsHooks { get; init; } = true;

    /// <summary>How long GitLab makes a diff before it sends the <c>open</c> hook.</summary>
    public TimeSpan PrepareDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after its hook the change of a feature flag can be seen.</summary>
    public TimeSpan FlagDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Decides about tokens, codes and dice; absent: other ones each time.</summary>
    public int? RandomSeed { get; init; }

    internal bool KnowsSigning => int.TryParse(Version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= 19;
}
