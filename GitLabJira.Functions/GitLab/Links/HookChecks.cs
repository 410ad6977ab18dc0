using GitLabJira.Functions.GitLab.Wire;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>How a link's hook stands at GitLab.</summary>
public enum HookHealth
{
    Works,

    /// <summary>GitLab had switched it off for its failures; a test call has brought it back.</summary>
    Revived,

    /// <summary>Switched off, and the test call failed: it is tried again.</summary>
    Off,

    /// <summary>Somebody took it away.</summary>
    Removed,

    /// <summary>GitLab does not show hooks to us, or lets us change none: role or licence.</summary>
    Unknown,
}

/// <summary>Looks after hooks that stand: GitLab switches off what fails, and people delete what they do not know (gitlab-api.md 2.5).</summary>
public sealed class HookChecks(IGrantAccess grants, LinkHooks hooks, GitLabHookWriter writer, HookSecretRotation secrets)
{
    public Task<HookHealth> OfGroupAsync(Link link, CancellationToken cancellationToken) => OfAsync(link, LinkHooks.Group(link), cancellationToken);

    public Task<HookHealth> OfProjectAsync(Link link, long projectId, CancellationToken cancellationToken) => OfAsync(link, LinkHooks.Project(projectId), cancellationToken);

    private async Task<HookHealth> OfAsync(Link link, string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await grants.CallAsync(link, (access, token) => LookAsync(access, link, owner, token), cancellationToken);
        }
        catch (GitLabRequestException exception)
        {
            // Perhaps it still has the older of two secrets.
            await secrets.PutOffAsync(link, cancellationToken);

            if (exception.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound or GitLabFailure.Refused)
            {
                return HookHealth.Unknown;
            }

            throw;
        }
    }

    private async Task<HookHealth> LookAsync(GitLabAccess access, Link link, string owner, CancellationToken cancellationToken)
    {
        var ours = await hooks.OursAsync(access, link, owner, cancellationToken);

        if (ours.Count == 0)
        {
            return HookHealth.Removed;
        }

        foreach (var hook in ours)
        {
            await hooks.RenewSecretAsync(access, link, owner, hook, cancellationToken);
        }

        if (ours.Find(hook => !IsOff(hook)) is not null)
        {
            return HookHealth.Works;
        }

        return await writer.TestAsync(access, owner, ours[0].Id!.Value, cancellationToken) ? HookHealth.Revived : HookHealth.Off;
    }

    private static bool IsOff(HookWire hook) => hook.AlertStatus is LinkHooks.Disabled or LinkHooks.TemporarilyDisabled;
}
