using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads the commits of the window whose message names a key: those of the default branch, then what branches with a key in their name have besides.</summary>
internal sealed class CommitReading(ReadingState reading)
{
    private const int MostKeyed = 1_000;
    private const int MostRead = 5_000;
    private const int MostBranches = 100;
    private const int MostPagesOfABranch = 2;

    /// <summary>Those are read singly, with their files; the rest goes as the list shows it.</summary>
    private const int MostSingle = 100;

    private readonly EntityChanges _changes = new(reading.Publication, reading.Project, fromRead: true);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private KindCount Counted => reading.Counts.Of(SyncKind.Commits);

    private bool IsFull => Counted.Keyed >= MostKeyed || Counted.Found >= MostRead;

    /// <returns>False when this reading has to break off.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (reading.Project.EmptyRepository || reading.Project.DefaultBranch is not { Length: > 0 } main)
        {
            return true;
        }

        if (reading.Cursor.Ref is null && !await ReadRefAsync(branch: null, main, mostPages: int.MaxValue, cancellationToken))
        {
            return false;
        }

        // Without the default branch there is nothing to tell the branches' own commits by.
        if (Counted.Refused == 0)
        {
            var branches = (await reading.KeyedBranchesAsync(SyncKind.Commits, cancellationToken))
                .Where(branch => branch.LastCommit.CommittedAt >= reading.Since && !string.Equals(branch.Name, main, StringComparison.Ordinal))
                .Take(MostBranches)
                .Select(branch => branch.Name)
                // The newest may be others when a later wave goes on; their order by name stays.
                .Order(StringComparer.Ordinal)
                .Where(name => string.CompareOrdinal(name, reading.Cursor.Ref) >= 0);

            foreach (var name in branches.ToList().TakeWhile(_ => !IsFull))
            {
                if (!await ReadRefAsync(name, $"{main}..{name}", MostPagesOfABranch, cancellationToken))
                {
                    return false;
                }
            }
        }

        reading.Cursor = reading.Cursor with { Phase = SyncKind.Pipelines, Page = null, Ref = null };
        return await reading.KeepAsync();
    }

    private async Task<bool> ReadRefAsync(string? branch, string range, int mostPages, CancellationToken cancellationToken)
    {
        if (!string.Equals(branch, reading.Cursor.Ref, StringComparison.Ordinal))
        {
            reading.Cursor = reading.Cursor with { Ref = branch, Page = null };
        }

        for (var pages = 1; ; pages++)
        {
            var page = reading.Cursor.Page;
            var sequence = reading.NextSequence();
            var answer = await PageAsync(branch, range, page, cancellationToken);
            await AppendAsync(answer.Items, sequence, cancellationToken);

            if (answer.Next is null || pages >= mostPages || IsFull)
            {
                return true;
            }

            reading.Cursor = reading.Cursor with { Page = answer.Next };

            if (!await reading.KeepAsync())
            {
                return false;
            }
        }
    }

    private Task<ListPage<GitLabCommit>> PageAsync(string? branch, string range, Uri? page, CancellationToken cancellationToken)
    {
        return branch is null ? reading.ListAsync(SyncKind.Commits, ReadAsync, cancellationToken) : reading.CallAsync(ReadIfThereAsync, cancellationToken);

        Task<ListPage<GitLabCommit>> ReadAsync(GitLabAccess access, CancellationToken token) =>
            reading.Tools.Reader.CommitsAsync(access, reading.Project.Id, range, reading.Since, page, token);

        // Deleted since it was listed.
        async Task<ListPage<GitLabCommit>> ReadIfThereAsync(GitLabAccess access, CancellationToken token)
        {
            try
            {
                return await ReadAsync(access, token);
            }
            catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.NotFound)
            {
                return new ListPage<GitLabCommit>([], Next: null, Total: null);
            }
        }
    }

    private async Task AppendAsync(IEnumerable<GitLabCommit> page, long sequence, CancellationToken cancellationToken)
    {
        var changes = new List<EntityChange>();

        foreach (var listed in page.Where(commit => _seen.Add(commit.Sha)))
        {
            reading.Count(SyncKind.Commits, found: 1);

            if (EntityKeys.OfCommit(listed).For(reading.Link) is not { Count: > 0 } keys || IsFull)
            {
                continue;
            }

            reading.Count(SyncKind.Commits, keyed: 1);
            var entity = EntityRefs.Commit(reading.Link, reading.Project.Id, listed.Sha);

            // Commits do not change; what Jira holds may have files that a list does not tell.
            if (await reading.Tools.Sent.FindAsync(entity, cancellationToken) is { Tombstone: false })
            {
                continue;
            }

            // What was pushed after the hook comes by it, and may fire automation. Times ahead of the clock are somebody's wrong clock.
            if (listed.CommittedAt > reading.Cursor.HookedAt && listed.CommittedAt <= reading.Tools.Clock.GetUtcNow())
            {
                await reading.LookAsync(entity, cancellationToken);
                continue;
            }

            var commit = Counted.Sent < MostSingle && !reading.Plan.DryRun
                ? await reading.CallAsync((access, token) => reading.Tools.Reader.CommitAsync(access, reading.Project.Id, listed.Sha, token), cancellationToken) ?? listed
                : listed;
            changes.Add(_changes.Commit(commit, keys, sequence, mayFire: false));
            reading.Count(SyncKind.Commits, sent: 1);
        }

        await reading.AppendAsync(changes, cancellationToken);
    }
}
