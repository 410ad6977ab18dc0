using System.Globalization;
using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>One project as GitLab lists it, and what its reading puts on the way to Jira.</summary>
internal sealed class ListedProject : IGrantAccess
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An hour ago: the samples are older.</summary>
    public static readonly DateTimeOffset HookedAt = Now.AddHours(-1);

    private readonly Mock<IDelivery> _delivery = new(MockBehavior.Strict);
    private readonly Mock<ILooks> _looks = new(MockBehavior.Strict);
    private readonly Mock<ISent> _sent = new(MockBehavior.Strict);

    public ListedProject()
    {
        _delivery.Setup(d => d.AppendBackfillAsync(It.IsAny<Link>(), It.IsAny<IReadOnlyList<EntityChange>>(), It.IsAny<CancellationToken>()))
            .Callback((Link _, IReadOnlyList<EntityChange> changes, CancellationToken _) => Appended.AddRange(changes))
            .Returns(Task.CompletedTask);
        _looks.Setup(l => l.RequestAsync(It.IsAny<EntityRef>(), It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((EntityRef entity, TimeSpan delay, CancellationToken _) => Looks.Add($"{entity.Kind} {entity.Name} in {delay.TotalSeconds} s"))
            .Returns(Task.CompletedTask);
        _sent.Setup(s => s.FindAsync(It.IsAny<EntityRef>(), It.IsAny<CancellationToken>())).ReturnsAsync((EntityRef entity, CancellationToken _) => Sent.GetValueOrDefault(entity.EntityId));
        _sent.Setup(s => s.NextSequence(null, Lane.Backfill)).Returns(1);

        Reader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, Uri? page, CancellationToken _) => Page(MergeRequests, page));
        Reader.Setup(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, long iid, CancellationToken _) => MergeRequests.Find(listed => listed.Iid == iid));
        Reader.Setup(r => r.OpenMergeRequestsAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, string branch, CancellationToken _) => [.. MergeRequests.Where(listed => listed.State is MergeRequestState.Opened && listed.SourceBranch == branch)]);
        Reader.Setup(r => r.KeyedBranchesAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, Uri? page, CancellationToken _) => Page(Branches, page));
        Reader.Setup(r => r.BranchAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((GitLabAccess _, long _, string name, CancellationToken _) => Branches.Find(branch => branch.Name == name) ?? Others.Find(branch => branch.Name == name));
    }

    public Mock<IGitLabReader> Reader { get; } = new(MockBehavior.Strict);

    public Mock<IGitLabCiReader> CiReader { get; } = new(MockBehavior.Strict);

    /// <summary>Nobody has looked at anything lately, unless a test says so.</summary>
    public Mock<ILookLog> LookLog { get; } = new();

    public SyncPlan Plan { get; set; } = SyncPlan.First(LinkSettings.Default);

    public Link Link { get; set; } = Relay.Samples.Link;

    /// <summary>Of the last reading.</summary>
    public ReadingResult? Result { get; private set; }

    public FakeTimeProvider Clock { get; } = new(Now);

    /// <summary>Newest first, as GitLab lists them.</summary>
    public List<GitLabMergeRequest> MergeRequests { get; } = [];

    /// <summary>By name, as GitLab lists those that may hold a key.</summary>
    public List<GitLabBranch> Branches { get; } = [];

    /// <summary>Branches whose names hold no key.</summary>
    public List<GitLabBranch> Others { get; } = [];

    public Dictionary<string, SentEntity> Sent { get; } = new(StringComparer.Ordinal);

    public List<EntityChange> Appended { get; } = [];

    public List<string> Looks { get; } = [];

    /// <summary>The cursors that were kept.</summary>
    public List<ProjectCursor> Kept { get; } = [];

    /// <summary>After how many cursors the run is stopped.</summary>
    public int StopsAfter { get; set; } = int.MaxValue;

    /// <summary>What happens whenever a cursor is kept.</summary>
    public Action? OnKept { get; set; }

    public bool IsEmpty { get; set; }

    public string Names => string.Join(", ", Appended.Select(change => $"{change.Entity.Kind} {change.Entity.Name}"));

    public static GitLabMergeRequest MergeRequest(long iid, string title, MergeRequestState state = MergeRequestState.Merged, string branch = "topic") => new()
    {
        Id = 1000 + iid,
        Iid = iid,
        ProjectId = 1,
        Reference = $"acme/p1!{iid}",
        Title = title,
        State = state,
        SourceBranch = branch,
        TargetBranch = "main",
        SourceProjectId = 1,
        CreatedAt = HookedAt.AddDays(-1),
        UpdatedAt = HookedAt.AddDays(-1),
        WebUrl = $"https://gitlab.example/acme/p1/-/merge_requests/{iid}",
    };

    public static GitLabBranch Branch(string name, double hoursAgo = 24) => new()
    {
        Name = name,
        LastCommit = new GitLabCommit
        {
            Sha = "2222222222222222222222222222222222222222",
            Message = "Tidy up",
            Author = new GitLabPerson { Name = "Ada" },
            CommittedAt = Now.AddHours(-hoursAgo),
            WebUrl = "https://gitlab.example/acme/p1/-/commit/2222222222222222222222222222222222222222",
        },
    };

    public async Task<string?> ReadAsync(CancellationToken cancellationToken, ProjectCursor? start = null)
    {
        Result = await RunAsync(start, cancellationToken);
        return Result.End is ReadingEnd.Done ? Result.Text : null;
    }

    public Task<ReadingResult> RunAsync(ProjectCursor? start, CancellationToken cancellationToken)
    {
        var tools = new ReadingTools(this, Reader.Object, CiReader.Object, _sent.Object, _delivery.Object, _looks.Object, LookLog.Object, Clock);
        var job = new ReadingJob(Link, SyncScene.Project(1) with { EmptyRepository = IsEmpty, DefaultBranch = "main" }, Plan, Now.AddDays(-Plan.WindowDays));
        return new ProjectReading(tools, job, start ?? new ProjectCursor { HookedAt = HookedAt }, KeepAsync).RunAsync(cancellationToken);
    }

    public Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        call(new GitLabAccess(link.Host, "token", "grant"), cancellationToken);

    public static GitLabRequestException Forbidden() => new(GitLabFailure.Forbidden, HttpStatusCode.Forbidden, retryAfter: null);

    private Task<bool> KeepAsync(ProjectCursor cursor)
    {
        Kept.Add(cursor);
        OnKept?.Invoke();
        return Task.FromResult(Kept.Count <= StopsAfter);
    }

    public static ListPage<T> Page<T>(List<T> all, Uri? page)
    {
        var from = page is null ? 0 : int.Parse(page.Fragment.TrimStart('#'), CultureInfo.InvariantCulture);
        var next = from + 100 < all.Count ? new Uri($"https://gitlab.example/api/v4/next#{from + 100}") : null;
        return new ListPage<T>([.. all.Skip(from).Take(100)], next, all.Count);
    }
}
