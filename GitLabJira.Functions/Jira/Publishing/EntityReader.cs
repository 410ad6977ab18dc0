using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Jira.Publishing;

/// <summary>Looks at one entity in GitLab and says what Jira shall hold of it. Hooks, further looks and reconcile all come through here.</summary>
public sealed class EntityReader(IGrantAccess grants, IGitLabReader reader, ProjectCache projects, ISent sent, ILookLog log)
{
    /// <summary>What is older fires nothing when repair brings it (design 6.5).</summary>
    private static readonly TimeSpan FiresFor = TimeSpan.FromDays(14);

    /// <param name="publication">On whose behalf.</param>
    /// <param name="projectId">The target project, where the merge request lives.</param>
    /// <param name="id">Global id.</param>
    /// <param name="wasKeyed">It named a key until now, so it may be on its way to Jira without standing in <c>Sent</c>.</param>
    public async Task<MergeRequestLook> MergeRequestAsync(Publication publication, long projectId, long id, long iid, bool wasKeyed, CancellationToken cancellationToken)
    {
        var (entity, note, held, sequence) = await BeginAsync(publication, EntityRefs.MergeRequest(publication.Link, projectId, id, iid), cancellationToken);
        var mergeRequest = await CallAsync(publication.Link, (access, token) => reader.MergeRequestAsync(access, projectId, iid, token), cancellationToken);
        var project = await projects.FindAsync(publication.Link, projectId, fresh: mergeRequest is null, cancellationToken);
        var look = new MergeRequestLook { Entity = entity, Note = note, Held = held, Sequence = sequence, Presence = Where(mergeRequest, project), MergeRequest = mergeRequest };

        if (mergeRequest is null || project is null || EntityKeys.OfMergeRequest(mergeRequest).For(publication.Link) is not { Count: > 0 } keys)
        {
            return look with { Change = Deletion(publication, look, wasKeyed) };
        }

        return look with { Change = new EntityChanges(publication, project, fromRead: true).MergeRequest(mergeRequest, keys, sequence, MayFire(publication, held, mergeRequest.CreatedAt, note)) };
    }

    public async Task<BranchLook> BranchAsync(Publication publication, long projectId, string name, bool wasKeyed, CancellationToken cancellationToken)
    {
        var (entity, note, held, sequence) = await BeginAsync(publication, EntityRefs.Branch(publication.Link, projectId, name), cancellationToken);
        var branch = await CallAsync(publication.Link, (access, token) => reader.BranchAsync(access, projectId, name, token), cancellationToken);
        var open = branch is null
            ? []
            : await CallAsync(publication.Link, (access, token) => reader.OpenMergeRequestsAsync(access, projectId, name, token), cancellationToken);
        var project = await projects.FindAsync(publication.Link, projectId, fresh: branch is null, cancellationToken);
        var look = new BranchLook { Entity = entity, Note = note, Held = held, Sequence = sequence, Presence = Where(branch, project), Branch = branch, Open = open };

        if (branch is null || project is null || EntityKeys.OfBranch(branch.Name, open).For(publication.Link) is not { Count: > 0 } keys)
        {
            return look with { Change = Deletion(publication, look, wasKeyed) };
        }

        return look with { Change = new EntityChanges(publication, project, fromRead: true).Branch(branch, keys, sequence, MayFire(publication, held, branch.LastCommit.CommittedAt, note)) };
    }

    /// <summary>Looks at a commit. Commits do not change: one that Jira holds is not read again.</summary>
    /// <param name="publication">On whose behalf.</param>
    /// <param name="begun">By <see cref="BeginAsync"/>.</param>
    /// <param name="known">The commit as a list showed it: then it is not read singly.</param>
    /// <param name="isOnABranch">Whether a branch is known to contain it; null to ask.</param>
    public async Task<CommitLook> CommitAsync(Publication publication, BegunLook begun, GitLabCommit? known, bool? isOnABranch, CancellationToken cancellationToken)
    {
        var (entity, note, held, sequence) = begun;
        var (link, projectId, sha) = (publication.Link, entity.ProjectId, entity.Name);
        var reachable = isOnABranch ?? await CallAsync(link, (access, token) => reader.IsOnABranchAsync(access, projectId, sha, token), cancellationToken);
        var look = new CommitLook { Entity = entity, Note = note, Held = held, Sequence = sequence, Presence = Presence.Present, Commit = known };

        if (reachable is true && held is { IsConfirmed: true })
        {
            return look;
        }

        var commit = reachable is true
            ? known ?? await CallAsync(link, (access, token) => reader.CommitAsync(access, projectId, sha, token), cancellationToken)
            : null;
        var project = await projects.FindAsync(link, projectId, fresh: commit is null, cancellationToken);
        look = look with { Presence = Where(commit, project), Commit = commit };

        return commit is null || project is null || EntityKeys.OfCommit(commit).For(publication.Link) is not { Count: > 0 } keys
            ? look
            : look with { Change = new EntityChanges(publication, project, fromRead: true).Commit(commit, keys, sequence, MayFire(publication, held, commit.CommittedAt, note)) };
    }

    /// <summary>The deletion of an entity that GitLab no longer shows, or that names no key any more; null when Jira does not hold it.</summary>
    public static EntityChange? Deletion(Publication publication, EntityLook look, bool wasKeyed)
    {
        // What an initial sync has read but not yet put away does not show in Sent.
        var mayBeComing = look.Held is null && wasKeyed && publication.Link.ActiveRunId is not null;

        return look.Presence is not Presence.Hidden && (look.IsHeld || mayBeComing)
            ? EntityChanges.Deletion(publication, look.Entity, look.Sequence, fromRead: true)
            : null;
    }

    /// <summary>Begins a look at something that was just made.</summary>
    public Task<BegunLook> BeginNewAsync(Publication publication, EntityRef entity, CancellationToken cancellationToken) =>
        BeginAsync(publication with { Known = log.PresumeNone(entity) }, entity, cancellationToken);

    /// <summary>Begins a look: from here on others know of it.</summary>
    public async Task<BegunLook> BeginAsync(Publication publication, EntityRef entity, CancellationToken cancellationToken)
    {
        var note = await log.BeginAsync(entity, publication.Known, cancellationToken);
        var held = await sent.FindAsync(entity, cancellationToken);

        return new BegunLook(entity, note, held, sent.NextSequence(held, publication.Lane));
    }

    private Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        grants.CallAsync(link, call, cancellationToken);

    internal static Presence Where(object? seen, GitLabProject? project) =>
        project is null ? Presence.Hidden : seen is null ? Presence.Gone : Presence.Present;

    /// <summary>Automation fires once or not at all: what Jira has deleted it would take for new. Repair brings old things as well, for which it is too late.</summary>
    private static bool MayFire(Publication publication, SentEntity? held, DateTimeOffset madeAt, LookNote note) => publication.Lane switch
    {
        Lane.Live => held is not { Tombstone: true },
        Lane.Repair => held is null && madeAt > publication.Link.CreatedAt && note.Begun - madeAt < FiresFor,
        _ => false,
    };
}
