using System.Collections.Immutable;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Seeding;

/// <summary>How much a seeded project holds.</summary>
/// <param name="Branches">With the default branch.</param>
internal sealed record SeedSize(int MergeRequests, int Branches, TimeSpan Age);

/// <summary>Gives a project a past: commits, merged, closed and open merge requests, left-over branches.</summary>
internal sealed class ProjectSeeder
{
    private const int KeyedPercent = 68;

    private readonly Change _change;
    private readonly Random _dice;
    private readonly SeedWords _words;
    private readonly IReadOnlyList<GitLabUser> _people;
    private readonly ImmutableDictionary<string, Commit>.Builder _commits = ImmutableDictionary.CreateBuilder<string, Commit>(StringComparer.Ordinal);
    private readonly ImmutableSortedDictionary<string, Branch>.Builder _branches = ImmutableSortedDictionary.CreateBuilder<string, Branch>(StringComparer.Ordinal);
    private readonly ImmutableSortedDictionary<long, MergeRequest>.Builder _mergeRequests = ImmutableSortedDictionary.CreateBuilder<long, MergeRequest>();
    private string _main;

    private ProjectSeeder(Change change, Random dice, SeedWords words, IReadOnlyList<GitLabUser> people, DateTimeOffset birth)
    {
        (_change, _dice, _words, _people) = (change, dice, words, people);
        _main = Add([], "Initial commit", people[0], birth, [new FileChange("README.md", FileChangeKind.Added, 93, 0)]);
    }

    public static GitLabProject Fill(Change change, GitLabProject project, Random dice, SeedWords words, IReadOnlyList<GitLabUser> people, SeedSize size)
    {
        var birth = change.Now - size.Age;
        var seeder = new ProjectSeeder(change, dice, words, people, birth);
        var step = size.Age / (size.MergeRequests + 2);

        for (var number = 1; number <= size.MergeRequests; number++)
        {
            seeder.AddMergeRequest(project, number, birth + (step * number), step, size);
        }

        for (var number = 1; seeder._branches.Count < size.Branches - 1; number++)
        {
            seeder.AddBranch(number, change.Now - (step * dice.NextDouble() * size.MergeRequests));
        }

        seeder._branches.Add(project.DefaultBranch, new Branch(project.DefaultBranch, seeder._main));
        return project with
        {
            CreatedAt = birth,
            UpdatedAt = change.Now - step,
            LastActivityAt = change.Now - step,
            Commits = seeder._commits.ToImmutable(),
            Branches = seeder._branches.ToImmutable(),
            MergeRequests = seeder._mergeRequests.ToImmutable(),
        };
    }

    private void AddMergeRequest(GitLabProject project, int number, DateTimeOffset at, TimeSpan step, SeedSize size)
    {
        var key = _words.KeyOrNone(KeyedPercent);
        var subject = _words.Subject();
        var author = _words.Pick(_people);
        var branch = _words.BranchName(key, subject, number);
        var start = _main;
        var head = start;

        for (var left = _dice.Next(1, 3); left > 0; left--)
        {
            head = Add([head], _words.Message(_words.KeyOrNone(50) is null ? null : key, subject), author, at - (step * 0.2 * left), Files());
        }

        var age = (double)number / size.MergeRequests;
        var roll = _dice.NextDouble();
        var isOpen = age > 0.75 && roll < 0.55;
        var isMerged = !isOpen && roll < 0.9;
        var edited = _dice.Next(3) == 0 ? at + (step * 0.1) : (DateTimeOffset?)null;
        var one = new MergeRequest(_change.Ids.NextMergeRequest(), number, project.Id, project.Id, _words.Title(key, subject), _words.Description(key), branch, project.DefaultBranch, author.Id, at)
        {
            HeadSha = head,
            StartSha = start,
            BaseSha = start,
            PreparedAt = at.AddSeconds(2),
            UpdatedAt = edited ?? at.AddSeconds(2),
            LastEditedAt = edited,
            LastEditedById = edited is null ? null : author.Id,
            RemovesSourceBranch = true,
            Labels = _dice.Next(4) == 0 ? ["backend"] : [],
            AssigneeIds = _dice.Next(2) == 0 ? [author.Id] : [],
            Reviewers = Reviewers(author, at),
            Notes = Notes(at, step),
        };

        // Nobody merges a draft.
        one = isMerged && one.IsDraft ? one with { Title = one.Title["Draft: ".Length..] } : one;
        one = isMerged ? Merged(project, one, at + (step * 0.5)) : isOpen ? one : one with { State = MergeRequestState.Closed, ClosedAt = at + (step * 0.5), ClosedById = author.Id, UpdatedAt = at + (step * 0.5) };

        _mergeRequests.Add(number, one);

        // Half of what is done leaves its branch behind, as people do.
        if (isOpen || (_branches.Count < size.Branches - 1 && _dice.Next(2) == 0))
        {
            _branches.TryAdd(branch, new Branch(branch, head));
        }
    }

    private MergeRequest Merged(GitLabProject project, MergeRequest one, DateTimeOffset at)
    {
        var merger = _words.Pick(_people);
        _main = Add([_main, one.HeadSha], Merging.MergeMessage(project, one), merger, at, []);
        return one with
        {
            State = MergeRequestState.Merged,
            MergedAt = at,
            MergedById = merger.Id,
            MergeCommitSha = _main,
            UpdatedAt = at,
            Approvals = one.Reviewers.IsEmpty ? [] : [new Approval(one.Reviewers[0].UserId, at.AddMinutes(-5))],
            Reviewers = [.. one.Reviewers.Select((reviewer, place) => place == 0 ? reviewer with { State = ReviewState.Approved } : reviewer)],
        };
    }

    private void AddBranch(int number, DateTimeOffset at)
    {
        var key = _words.KeyOrNone(KeyedPercent);
        var subject = _words.Subject();
        var head = Add([_main], _words.Message(key, subject), _words.Pick(_people), at, Files());
        var name = _words.BranchName(key, subject, 1_000 + number);
        _branches.TryAdd(name, new Branch(name, head));
    }

    private string Add(ImmutableArray<string> parents, string message, GitLabUser author, DateTimeOffset at, ImmutableArray<FileChange> files)
    {
        var person = new GitPerson(author.Name, author.Email);

        // People commit in their own zone.
        var local = at.ToOffset(TimeSpan.FromHours(author.Id % 3));
        var commit = Commit.Create(parents, message, person, local, person, local, files);
        _commits.TryAdd(commit.Sha, commit);
        return commit.Sha;
    }

    private ImmutableArray<FileChange> Files() =>
    [
        .. Enumerable.Range(0, _dice.Next(1, 4)).Select(place => new FileChange(
            $"src/{_dice.Next(1_000_000):x}/part{place}.cs", (FileChangeKind)_dice.Next(2), _dice.Next(1, 60), _dice.Next(0, 20))),
    ];

    private ImmutableArray<Reviewer> Reviewers(GitLabUser author, DateTimeOffset at) =>
        _dice.Next(2) == 0 ? [] : [.. _people.Where(person => person.Id != author.Id).Take(_dice.Next(1, 3)).Select(person => new Reviewer(person.Id, ReviewState.Unreviewed, at))];

    private ImmutableArray<Note> Notes(DateTimeOffset at, TimeSpan step) =>
        [.. Enumerable.Range(0, Math.Max(0, _dice.Next(-3, 4))).Select(place => new Note(_change.Ids.NextNote(), _words.Pick(_people).Id, "Looks good, one question below.", at + (step * 0.05 * place), IsSystem: place == 2))];
}
