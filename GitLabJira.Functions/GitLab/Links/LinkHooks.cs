using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Wire;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab.Links;

/// <param name="Kind">Which hooks the link lives by.</param>
/// <param name="GroupHookId">Set for <see cref="HookKind.Group"/>.</param>
public sealed record HookPlacement(HookKind Kind, long? GroupHookId);

/// <summary>A link's hooks at GitLab: one on the group where tier and role allow it, else one on each project. A hook is ours when its address ends in the link's id.</summary>
public sealed partial class LinkHooks(
    IGrantAccess grants,
    GitLabClient client,
    GitLabHookWriter writer,
    ILinks links,
    IProjects projects,
    IOptions<AppOptions> app,
    IOptions<GitLabOptions> settings,
    ILogger<LinkHooks> logger) : IHooks
{
    internal const string Disabled = "disabled";
    internal const string TemporarilyDisabled = "temporarily_disabled";

    /// <summary>Places the group hook, or finds that projects must carry the hooks (no Premium: 404, no Owner: 403).</summary>
    public Task<HookPlacement> PlaceAsync(Link link, CancellationToken cancellationToken) => grants.CallAsync(
        link,
        async (access, token) =>
        {
            try
            {
                return new HookPlacement(HookKind.Group, await EnsureAsync(access, link, Group(link), knownId: null, isGroup: true, token));
            }
            catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
            {
                Log.ProjectHooks(logger, link.Id, exception.Failure);
                return new HookPlacement(HookKind.Project, GroupHookId: null);
            }
        },
        cancellationToken);

    public async Task EnsureProjectHookAsync(Link link, long projectId, CancellationToken cancellationToken)
    {
        if (link.HookKind is not HookKind.Project)
        {
            return;
        }

        var known = await projects.FindAsync(link.Id, projectId, cancellationToken);
        var hookId = await grants.CallAsync(link, (access, token) => EnsureProjectAsync(access, link, projectId, known?.HookId, token), cancellationToken);

        if (hookId != known?.HookId)
        {
            await projects.SaveAsync(new LinkedProject(link.Id, projectId, known?.Path ?? "", hookId, known?.LastResult), cancellationToken);
        }
    }

    public async Task RemoveProjectHookAsync(Link link, long projectId, CancellationToken cancellationToken)
    {
        if (link.HookKind is HookKind.Project && await projects.FindAsync(link.Id, projectId, cancellationToken) is { HookId: { } hookId })
        {
            await RemoveAsync(link, Project(projectId), hookId, cancellationToken);
        }
    }

    public async Task RemoveAsync(Link link, CancellationToken cancellationToken)
    {
        // A link that was never finished may have a group hook that no row names.
        if (link.HookKind is not HookKind.Project)
        {
            await RemoveAsync(link, Group(link), link.GroupHookId, cancellationToken);
            return;
        }

        await foreach (var project in projects.ListAsync(link.Id, cancellationToken))
        {
            await RemoveAsync(link, Project(project.ProjectId), project.HookId, cancellationToken);
        }
    }

    private async Task RemoveAsync(Link link, string owner, long? knownId, CancellationToken cancellationToken)
    {
        try
        {
            await grants.CallAsync(
                link,
                async (access, token) =>
                {
                    IEnumerable<long> ids = knownId is { } id ? [id] : (await OursAsync(access, link, owner, token)).Select(hook => hook.Id!.Value);

                    foreach (var hookId in ids)
                    {
                        await writer.RemoveAsync(access, owner, hookId, token);
                    }

                    return true;
                },
                cancellationToken);
        }
        catch (NoUsableGrantException)
        {
            // The hook stays; its deliveries are answered with 410, and GitLab switches it off.
            Log.Left(logger, link.Id, GitLabFailure.Unauthorized);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden or GitLabFailure.NotFound)
        {
            Log.Left(logger, link.Id, exception.Failure);
        }
    }

    /// <returns>Null for an archived project: it takes no hooks and sends no events.</returns>
    private async Task<long?> EnsureProjectAsync(GitLabAccess access, Link link, long projectId, long? knownId, CancellationToken cancellationToken)
    {
        try
        {
            return await EnsureAsync(access, link, Project(projectId), knownId, isGroup: false, cancellationToken);
        }
        catch (GitLabRequestException exception) when (exception.Failure is GitLabFailure.Forbidden)
        {
            if (await client.FindAsync(access, Project(projectId), GitLabJson.Default.ProjectWire, cancellationToken) is { Archived: true })
            {
                return null;
            }

            throw;
        }
    }

    private async Task<long> EnsureAsync(GitLabAccess access, Link link, string owner, long? knownId, bool isGroup, CancellationToken cancellationToken)
    {
        var ours = await OursAsync(access, link, owner, cancellationToken);
        var address = Address(link);

        if (ours is [var only] && knownId is not null && only.Id == knownId && string.Equals(only.Url, address, StringComparison.Ordinal) && only is { TokenPresent: not false, AlertStatus: not (Disabled or TemporarilyDisabled) })
        {
            return knownId.Value;
        }

        var body = await BodyAsync(link, address, isGroup, cancellationToken);
        var placed = ours is [var first, ..]
            ? await writer.ReplaceAsync(access, owner, first.Id!.Value, body, cancellationToken)
            : await writer.CreateAsync(access, owner, body, cancellationToken);

        if (placed.TokenPresent is false)
        {
            throw new GitLabRequestException(GitLabFailure.Refused, status: null, retryAfter: null);
        }

        if (placed.SigningTokenPresent is not true)
        {
            Log.NotSigned(logger, link.Id);
        }

        // Two attempts at once may have left two; each would deliver everything once more.
        foreach (var doubled in ours.Skip(1))
        {
            await writer.RemoveAsync(access, owner, doubled.Id!.Value, cancellationToken);
        }

        return placed.Id!.Value;
    }

    /// <summary>While two secrets are valid, writes a hook with the newer one: which it has, GitLab does not tell.</summary>
    internal async Task RenewSecretAsync(GitLabAccess access, Link link, string owner, HookWire hook, CancellationToken cancellationToken)
    {
        if (await links.HookSecretsAsync(link, cancellationToken) is { Count: > 1 })
        {
            await writer.ReplaceAsync(access, owner, hook.Id!.Value, await BodyAsync(link, Address(link), isGroup: string.Equals(owner, Group(link), StringComparison.Ordinal), cancellationToken), cancellationToken);
        }
    }

    /// <summary>The hooks of a group or project that are this link's.</summary>
    internal async Task<List<HookWire>> OursAsync(GitLabAccess access, Link link, string owner, CancellationToken cancellationToken)
    {
        var ours = new List<HookWire>();
        var ending = Path(link);
        Uri? page = null;

        do
        {
            var answer = await client.PageAsync(access, $"{owner}/hooks?per_page=100", page, GitLabJson.Default.ListHookWire, cancellationToken);
            ours.AddRange(answer.Items.Where(hook => hook.Id is not null && hook.Url?.EndsWith(ending, StringComparison.OrdinalIgnoreCase) is true));
            page = answer.Next;
        }
        while (page is not null);

        return [.. ours.OrderBy(hook => hook.Id)];
    }

    private async Task<HookBodyWire> BodyAsync(Link link, string address, bool isGroup, CancellationToken cancellationToken)
    {
        if (await links.HookSecretsAsync(link, cancellationToken) is not [var newest, ..])
        {
            throw new InvalidOperationException($"Link {link.Id:N} has no hook secrets: its row is gone.");
        }

        return new HookBodyWire
        {
            Url = address,
            Token = newest.Token,
            SigningToken = newest.SigningToken,
            EnableSslVerification = settings.Value.VerifyHookCertificate,
            SubgroupEvents = isGroup ? true : null,
            ProjectEvents = isGroup ? true : null,
            MemberEvents = isGroup ? true : null,
        };
    }

    private string Address(Link link) => app.Value.Address(Path(link)).AbsoluteUri;

    private static string Path(Link link) => $"/gitlab/webhooks/{link.Id:D}";

    internal static string Group(Link link) => $"groups/{link.GroupId}";

    internal static string Project(long projectId) => $"projects/{projectId}";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId} gets a hook on each project: a hook on the group is {Failure}.")]
        public static partial void ProjectHooks(ILogger logger, Guid linkId, GitLabFailure failure);

        [LoggerMessage(2, LogLevel.Information, "The hook of link {LinkId} is not signed: its GitLab is older than 19.0.")]
        public static partial void NotSigned(ILogger logger, Guid linkId);

        [LoggerMessage(3, LogLevel.Warning, "A hook of link {LinkId} could not be removed: {Failure}.")]
        public static partial void Left(ILogger logger, Guid linkId, GitLabFailure failure);
    }
}
