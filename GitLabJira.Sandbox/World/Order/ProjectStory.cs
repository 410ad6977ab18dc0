using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.World.Order;

/// <summary>
/// What a team does in one project, made up from a number: the same number tells the same story. Each change is one that GitLab allows at this moment, so it depends on all changes before it.
/// </summary>
public sealed partial class ProjectStory
{
    private static readonly string[] Team = ["dana", "derek", "marcus", "olivia"];

    private readonly GitLabSite _gitLab;
    private readonly Random _dice;
    private readonly SeedWords _words;
    private readonly List<string> _told = [];
    private readonly Dictionary<string, string> _left = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly (int Weight, Func<string?> Act)[] _acts;
    private readonly int _weights;
    private int _names;

    private ProjectStory(GitLabSite gitLab, int seed, long groupId, long projectId)
    {
        (_gitLab, Seed, GroupId, ProjectId) = (gitLab, seed, groupId, projectId);
        _dice = new Random(seed);
        _words = new SeedWords(_dice, "SHOP");
        _acts =
        [
            (12, Push), (4, PushToDefault), (6, CreateBranch), (6, DeleteBranch), (6, BringBranchBack), (4, ForcePush), (3, PushSeveral),
            (10, Open), (10, EditTitle), (8, EditDescription), (2, Retarget), (8, Approve), (6, Unapprove), (5, Close), (6, Reopen), (6, Merge),
            (8, BuildBranch), (5, BuildMergeRequest), (18, MoveBuild), (8, Deploy), (9, EndDeployment), (5, FlipFlag),
        ];
        _weights = _acts.Sum(act => act.Weight);
    }

    public int Seed { get; }

    public long GroupId { get; }

    public long ProjectId { get; }

    /// <summary>What happened so far, a line for each change.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>What titles and descriptions of merge requests ever said.</summary>
    public IReadOnlyCollection<string> Written => _written;

    public GitLabProject Project => _gitLab.State.Projects[ProjectId];

    private IReadOnlyList<MergeRequest> OpenOnes => [.. Project.MergeRequests.Values.Where(one => one.IsOpen)];

    private IReadOnlyList<Branch> Branches => [.. Project.Branches.Values.Where(branch => branch.Name != Project.DefaultBranch)];

    /// <summary>A new group with one project and a history of so many changes.</summary>
    public static ProjectStory Begin(GitLabSite gitLab, int seed, int history)
    {
        var group = gitLab.CreateGroup("olivia", $"Story {seed}", GitLabPlan.Premium);

        foreach (var user in Team.Where(user => user != "olivia"))
        {
            gitLab.SetGroupMember("olivia", group.Id, user, AccessLevel.Maintainer);
        }

        var story = new ProjectStory(gitLab, seed, group.Id, gitLab.CreateProject("olivia", group.Id, "Tale").Id);

        for (var number = 0; number < history; number++)
        {
            story.Next();
        }

        story._told.Clear();
        return story;
    }

    /// <summary>Makes the next change.</summary>
    public void Next()
    {
        while (true)
        {
            var roll = _dice.Next(_weights);
            var act = _acts.First(act => (roll -= act.Weight) < 0).Act;

            // What GitLab does not allow now is passed over; there is always something that it does.
            if (act() is { } told)
            {
                _told.Add($"{_gitLab.Now:HH:mm:ss.fff} {told}");
                return;
            }
        }
    }

    /// <summary>Until the next change: often none, as when one click leads to several.</summary>
    public TimeSpan Pause() => _dice.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(_dice.Next(1, 9_000));

    private string Somebody() => Pick(Team);

    private T Pick<T>(IReadOnlyList<T> items) => items[_dice.Next(items.Count)];

    private T? PickOrNone<T>(IReadOnlyList<T> items)
        where T : class => items.Count == 0 ? null : Pick(items);
}
