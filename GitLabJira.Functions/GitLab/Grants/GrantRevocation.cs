using GitLabJira.Functions.GitLab.Instances;

namespace GitLabJira.Functions.GitLab.Grants;

/// <summary>Ends what people of a site that has gone had granted.</summary>
public sealed class GrantRevocation(GrantStore store, SignInStore signIns, AccountGrants grants, GitLabInstances instances) : IGrants
{
    public async Task RevokeAllAsync(string clientKey, int epoch, CancellationToken cancellationToken)
    {
        await signIns.DropAsync(clientKey, epoch, cancellationToken);

        foreach (var listed in await store.ListAsync(clientKey, cancellationToken))
        {
            var grant = listed;

            // A refresh may write the row meanwhile; the refresher then revokes its own pair when the row is gone.
            while (grant is not null && grant.Epoch <= epoch)
            {
                if (await store.TryDeleteAsync(grant, cancellationToken))
                {
                    await grants.RevokeAsync(grant, cancellationToken);
                    break;
                }

                grant = await store.FindAsync(clientKey, listed.Host, listed.AccountId, cancellationToken);
            }
        }

        // Last: a grant is revoked by the application that it was given to.
        await instances.DropAsync(clientKey, epoch, cancellationToken);
    }
}
