using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.Reconcile;

/// <summary>Compares pipelines, deployments and feature flags with what was heard of them. Of a flag GitLab tells only that it was switched.</summary>
public sealed class CiComparison(IGrantAccess grants, IGitLabCiReader reader, GroupRound group, IDelivery delivery, ISent sent, ILookLog log)
{
    /// <summary>10,000 changes that nobody told: what is beyond is a sync's.</summary>
    private const int MostPages = 100;

    /// <summary>So many looks of a kind at a time; they wait in one queue with what hooks tell.</summary>
    private const int MostLooks = 1_000;

    /// <returns>False when more is left to look at.</returns>
    public Task<bool> LookAtPipelinesAsync(ProjectLook look, CancellationToken cancellationToken) => LookAsync(
        look,
        (access, page, token) => reader.PipelinesAsync(access, look.Project.Id, look.Since, page, token),
        pipeline => pipeline.Iid is null ? null : (EntityRefs.Build(look.Link, pipeline), pipeline.UpdatedAt),
        cancellationToken);

    /// <returns>False when more is left to look at.</returns>
    public Task<bool> LookAtDeploymentsAsync(ProjectLook look, CancellationToken cancellationToken) => LookAsync(
        look,
        (access, page, token) => reader.DeploymentsAsync(access, look.Project.Id, look.Since, page, token),
        deployment => (EntityRefs.Deployment(look.Link, deployment), deployment.UpdatedAt),
        cancellationToken);

    /// <returns>Whether some flag names a key.</returns>
    public async Task<bool> LookAtFlagsAsync(ProjectLook look, CancellationToken cancellationToken)
    {
        var sequence = sent.NextSequence(held: null, Lane.Repair);

        // Off in the project, or above the user's role: nothing is known.
        if (await grants.AllAsync<GitLabFeatureFlag>(look.Link, (access, page, token) => reader.FeatureFlagsAsync(access, look.Project.Id, page, token), cancellationToken) is not { } flags)
        {
            return look.Mark.HasFlags;
        }

        var publication = new Publication(look.Link, Lane.Repair, "repair");
        var held = await sent.ListAsync(look.Link.Id, look.Project.Id, EntityKind.FeatureFlag, cancellationToken).ToDictionaryAsync(entity => entity.EntityId, cancellationToken: cancellationToken);
        var keyed = false;

        foreach (var flag in flags)
        {
            var entity = EntityRefs.FeatureFlag(look.Link, look.Project.Id, flag.Name);
            var change = new CiChanges(grants, reader, publication, look.Project).FeatureFlag(flag, sequence);
            keyed |= change is not null;

            if (await DiffersAsync(look, flag, entity, change, held.GetValueOrDefault(entity.EntityId), cancellationToken))
            {
                await group.AskAsync(look.Round, new RepairLook(entity), cancellationToken);
            }

            held.Remove(entity.EntityId);
        }

        await DeleteAsync(look, publication, held.Values, sequence, cancellationToken);
        return keyed;
    }

    private async Task<bool> DiffersAsync(ProjectLook look, GitLabFeatureFlag flag, EntityRef entity, EntityChange? change, SentEntity? held, CancellationToken cancellationToken)
    {
        if (held is not null)
        {
            // An empty hash: it is on its way, or names issues that Jira does not know, which are tried again elsewhere.
            return change is null || (held.ContentHash.Length > 0 && !string.Equals(held.ContentHash, ContentHash.Of(change), StringComparison.Ordinal));
        }

        // What was so before the link is the initial sync's; what was looked at since stays away for a reason.
        return change is not null && flag.UpdatedAt >= look.Since && !(await log.LastJudgedAsync(entity, cancellationToken) >= flag.UpdatedAt);
    }

    private async Task DeleteAsync(ProjectLook look, Publication publication, IEnumerable<SentEntity> gone, long sequence, CancellationToken cancellationToken)
    {
        EntityChange[] deletions =
        [
            .. gone
                .Where(entity => entity.Sequence < sequence)
                .Select(entity => EntityChanges.Deletion(publication, new EntityRef(look.Link, look.Project.Id, EntityKind.FeatureFlag, entity.EntityId, Name: ""), sequence, fromRead: true)),
        ];

        if (deletions.Length > 0)
        {
            look.Round.NoteRepairs(deletions.Length);
            await delivery.SubmitAsync(look.Link, Lane.Repair, deletions, cancellationToken);
        }
    }

    /// <summary>Asks for a look at what changed after anybody last judged it.</summary>
    /// <returns>False when there is more than one round asks for. The next one passes over what was looked at by then, so it gets on if it asks since the same time.</returns>
    private async Task<bool> LookAsync<T>(
        ProjectLook look,
        Func<GitLabAccess, Uri?, CancellationToken, Task<ListPage<T>>> read,
        Func<T, (EntityRef Entity, DateTimeOffset? UpdatedAt)?> name,
        CancellationToken cancellationToken)
    {
        var asked = 0;

        try
        {
            await foreach (var page in grants.PagesAsync(look.Link, read, cancellationToken).Take(MostPages))
            {
                foreach (var item in page.Items)
                {
                    if (name(item) is not (var entity, var updatedAt) || await log.LastJudgedAsync(entity, cancellationToken) >= updatedAt)
                    {
                        continue;
                    }

                    if (asked++ == MostLooks)
                    {
                        return false;
                    }

                    await group.AskAsync(look.Round, new RepairLook(entity), cancellationToken);
                }
            }
        }
        catch (GitLabRequestException failure) when (failure.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            // Off in the project, or above the user's role.
        }

        return true;
    }
}
