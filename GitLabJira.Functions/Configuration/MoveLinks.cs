using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>
/// After a site import: links again what the site had linked under its earlier identity, and unlinks it there. It takes what linking takes, group by group: the cloud id says which links are meant,
/// and the person's role in GitLab that they may be moved.
/// </summary>
public sealed class MoveLinks(PageGate gate, AccountGrants grants, EarlierLinks earlier, Linking linking, ILinks links, ILinkRemoval removal, TimeProvider clock)
{
    /// <summary>The page waits; what is left is moved by the next call.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(60);

    [Function(nameof(MoveLinks))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links/move")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var site = user.Installation;

        if (await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, user.AccountId, cancellationToken) is not { } grant)
        {
            return Refusal.NotSignedIn.ToResult(request.HttpContext.Response);
        }

        var (moved, left) = (new List<string>(), new List<NotMoved>());
        var until = clock.GetUtcNow() + Turn;
        var all = await earlier.OfAsync(site, cancellationToken);

        foreach (var link in all.TakeWhile(_ => clock.GetUtcNow() < until))
        {
            if (await MoveAsync(user, grant, link, durable, cancellationToken) is { } refusal)
            {
                left.Add(new NotMoved(link.GroupPath, refusal.Reason, refusal.Detail));
            }
            else
            {
                moved.Add(link.GroupPath);
            }
        }

        return PageCalls.Answer(StatusCodes.Status200OK, new MoveAnswer(Reasons.Moved, moved, left, HasMore: moved.Count + left.Count < all.Count), ConfigurationJson.Default.MoveAnswer);
    }

    /// <returns>Null when moved.</returns>
    private async Task<Refusal?> MoveAsync(PageUser user, Grant grant, Link old, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!GitLabHosts.Same(old.Host, grant.Host))
        {
            return new Refusal(StatusCodes.Status422UnprocessableEntity, Reasons.OtherInstance, $"This group is on {GitLabHosts.Name(old.Host)}, where you are not signed in.");
        }

        if (await HeirAsync(user, old, cancellationToken) is not { } heir)
        {
            var result = await linking.LinkAsync(user, grant, old.GroupId, old.Settings, durable, cancellationToken);

            if (result.Refusal is { } refusal)
            {
                return refusal;
            }

            heir = result.Link!;
        }

        // Until its hook stands, the old one does.
        if (heir.State is LinkState.Linking)
        {
            return Refusal.LinkingWaits;
        }

        // The mark first: with it the clean-up leaves Jira alone, which does not answer to the old identity. A crash in between leaves a link that the next call moves.
        await links.UpdateAsync(old.ClientKey, old.Id, row => row.State is LinkState.Unlinking ? null : row with { InheritedBy = heir.Id }, cancellationToken);

        if (await removal.BeginAsync(old.ClientKey, old.Id, "Moved to the site's new identity.", cancellationToken) is { } unlinking)
        {
            await LinkStarts.CleanUpAsync(durable, unlinking, cancellationToken);
        }

        return null;
    }

    /// <returns>The link that stands for the old one already.</returns>
    private async Task<Link?> HeirAsync(PageUser user, Link old, CancellationToken cancellationToken)
    {
        var site = user.Installation;
        var present = await links.ListAsync(site.ClientKey, cancellationToken).Where(link => GitLabHosts.Same(link.Host, old.Host)).ToListAsync(cancellationToken);

        return LinkConflicts.Of(old.GroupId, old.GroupPath, site.Epoch, present) is (LinkAdditionOutcome.AlreadyLinked or LinkAdditionOutcome.Covered, var heir) ? heir : null;
    }
}
