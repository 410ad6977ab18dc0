using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.InitialSync;

/// <summary>What the readings of a project's kinds share: how far they are, what they have counted, and the way to GitLab and Jira.</summary>
internal sealed class ReadingState(ReadingTools tools, ReadingJob job, ProjectCursor start, Func<ProjectCursor, Task<bool>> checkpoint)
{
    /// <summary>Well within an activity's time and the time for which a run holds its slot of the host.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(8);

    /// <summary>Time for the webhook of what is newer than the hook, which shall come first.</summary>
    private static readonly TimeSpan HookFirst = TimeSpan.FromSeconds(60);

    private readonly DateTimeOffset _begun = tools.Clock.GetUtcNow();
    private readonly KindCounts _counts = new(start.Counts);
    private readonly List<string> _notes = [];
    private IReadOnlyList<GitLabBranch>? _keyedBranches;

    public ReadingTools Tools => tools;

    public Link Link => job.Link;

    public GitLabProject Project => job.Project;

    public SyncPlan Plan => job.Plan;

    public DateTimeOffset Since => job.Since;

    public ProjectCursor Cursor { get; set; } = start;

    public Publication Publication { get; } = new(job.Link, Lane.Backfill, TrailTable.Sync);

    /// <summary>Why a reading has broken off.</summary>
    public ReadingEnd End { get; private set; } = ReadingEnd.Done;

    public KindCounts Counts => _counts;

    public bool Reads(SyncKind kind) => job.Plan.Kinds.Contains(kind);

    public void Count(SyncKind kind, int found = 0, int keyed = 0, int sent = 0, int refused = 0) => _counts[kind] = _counts.Of(kind) + new KindCount(found, keyed, sent, refused);

    public void Note(string note) => _notes.Add(note);

    public ReadingResult Result()
    {
        var kinds = job.Plan.Kinds.Order().Select(kind => FormattableString.Invariant($"{_counts.Of(kind).Keyed} {KindWords.Of(kind)}"));
        return new ReadingResult(End, string.Join(' ', _notes.Prepend($"{string.Join(", ", kinds)}.")), _counts);
    }

    /// <summary>Keeps the cursor.</summary>
    /// <returns>False when this reading has to break off.</returns>
    public async Task<bool> KeepAsync()
    {
        Cursor = Cursor with { Counts = new KindCounts(_counts) };

        if (!await checkpoint(Cursor))
        {
            End = ReadingEnd.Stopped;
        }
        else if (tools.Clock.GetUtcNow() - _begun > LongestTurn)
        {
            End = ReadingEnd.Unfinished;
        }

        return End is ReadingEnd.Done;
    }

    public Task<T> CallAsync<T>(Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        tools.Grants.CallAsync(job.Link, call, cancellationToken);

    /// <summary>A feature may be switched off or kept from us while the project is to be seen: that list is empty then, and the others still count.</summary>
    public async Task<ListPage<T>> ListAsync<T>(SyncKind kind, Func<GitLabAccess, CancellationToken, Task<ListPage<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(call, cancellationToken);
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            if (_counts.Of(kind).Refused == 0)
            {
                Count(kind, refused: 1);
                Note($"GitLab does not show the {KindWords.Of(kind)}.");
            }

            return new ListPage<T>([], Next: null, Total: null);
        }
    }

    /// <summary>Taken before the first request of a read, and kept for all that it answers.</summary>
    public long NextSequence() => tools.Sent.NextSequence(held: null, Lane.Backfill);

    public async Task AppendAsync(IReadOnlyList<EntityChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count > 0 && !job.Plan.DryRun)
        {
            await tools.Delivery.AppendBackfillAsync(Link, changes, cancellationToken);
        }
    }

    /// <summary>Leaves an entity to its webhook, and looks at it when that must have come.</summary>
    public Task LookAsync(EntityRef entity, CancellationToken cancellationToken) =>
        job.Plan.DryRun ? Task.CompletedTask : tools.Looks.RequestAsync(entity, HookFirst, cancellationToken);

    /// <summary>The branches whose name holds a key, newest first; listed once.</summary>
    public async Task<IReadOnlyList<GitLabBranch>> KeyedBranchesAsync(SyncKind kind, CancellationToken cancellationToken) =>
        _keyedBranches ??= await new KeyedBranches(this, kind).ListAsync(cancellationToken);
}
