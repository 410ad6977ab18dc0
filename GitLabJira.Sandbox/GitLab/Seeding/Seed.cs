using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Seeding;

/// <summary>What an instance holds when it starts. The same number gives the same instance.</summary>
public sealed class Seed
{
    private readonly Action<Change> _fill;

    private Seed(Action<Change> fill) => _fill = fill;

    /// <summary>
    /// A company of three levels with 45 projects: one has 900 merge requests and 900 branches, one is archived, and one more is shared from another company.
    /// Beside it a Free group, an Ultimate group, and users of every role.
    /// </summary>
    public static Seed Demonstration(int number = 1) => new(change => new DemonstrationSeed(change, number).Fill());

    /// <summary>One small project in <c>acme/shop</c>, with the same users. Enough for most tests.</summary>
    public static Seed Small(int number = 1) => new(change => new DemonstrationSeed(change, number).FillSmall());

    /// <summary>A Premium group <c>scale</c> with so many small projects in ten subgroups, owned by <c>olivia</c>.</summary>
    public static Seed ManyProjects(int count, int number = 1) => new(change => new DemonstrationSeed(change, number).FillMany(count));

    internal void Fill(Change change) => _fill(change);
}
