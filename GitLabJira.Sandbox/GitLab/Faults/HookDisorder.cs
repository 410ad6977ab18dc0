namespace GitLabJira.Sandbox.GitLab.Faults;

/// <summary>How hook deliveries go astray: GitLab promises neither order nor exactly one delivery.</summary>
/// <param name="MaxDelay">Each delivery waits for a random part of this, so that they overtake each other.</param>
/// <param name="DoubleRate">The share of deliveries that are sent twice with the same <c>Idempotency-Key</c>.</param>
/// <param name="DropRate">The share that is never sent.</param>
public sealed record HookDisorder(TimeSpan MaxDelay, double DoubleRate = 0, double DropRate = 0, int Seed = 1);
