using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Replaces a link's settings. They apply to what is translated from then on and to the next sync; what Jira holds of a project that is excluded now goes at once.</summary>
public sealed partial class ChangeLinkSettings(
    PageGate gate, OwnLinks own, ILinks links, ProjectNames names, IProjects projects, ILooks looks, LinkActivity activity, ILogger<ChangeLinkSettings> logger)
{
    private const int LargestBody = 16 * 1024;

    /// <summary>Twice as long as other processes may go by the settings of before.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(60);

    [Function(nameof(ChangeLinkSettings))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "configuration/links/{linkId:guid}/settings")] HttpRequest request,
        Guid linkId,
        CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var (body, unreadable) = await request.ReadJsonObjectAsync(LargestBody, cancellationToken);

        if (body is not { } fields)
        {
            return unreadable!;
        }

        var response = request.HttpContext.Response;
        var (settings, named, refusal) = SettingsFields.Read(fields);

        if (refusal is not null)
        {
            return refusal.ToResult(response);
        }

        if (await own.FindAsync(user, linkId, cancellationToken) is not { } link)
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        if (SettingsVersion.Check(request, link.Settings) is { } outdated)
        {
            return outdated.ToResult(response);
        }

        var (excluded, unknown) = await names.FindAsync(link, named.Excluded, index => FormattableString.Invariant($"excludedProjects[{index}]"), cancellationToken);
        var (included, unknownToo) = unknown is null
            ? await names.FindAsync(link, named.Included, index => FormattableString.Invariant($"includedProjects[{index}]"), cancellationToken)
            : ([], unknown);

        return unknownToo is null
            ? await ChangeAsync(link, settings with { Version = link.Settings.Version + 1, ExcludedProjects = excluded, IncludedProjects = included }, response, cancellationToken)
            : unknownToo.ToResult(response);
    }

    private async Task<IResult> ChangeAsync(Link link, LinkSettings settings, HttpResponse response, CancellationToken cancellationToken)
    {
        var written = false;
        var changed = await links.UpdateAsync(
            link.ClientKey,
            link.Id,
            row => (written = row.State is not LinkState.Unlinking && row.Settings.Version == link.Settings.Version) ? row with { Settings = settings } : null,
            cancellationToken);

        if (changed is null or { State: LinkState.Unlinking })
        {
            return OwnLinks.NotFound.ToResult(response);
        }

        if (!written)
        {
            return SettingsVersion.Outdated.ToResult(response);
        }

        await LookAtLeftOutAsync(link.Settings, changed, cancellationToken);

        Log.Changed(logger, link.Id, settings.Version);
        SettingsVersion.Tell(response, settings);
        return PageCalls.Answer(StatusCodes.Status200OK, SettingsFields.Answer(Reasons.Changed, settings), ConfigurationJson.Default.SettingsAnswer);
    }

    /// <summary>What Jira holds of projects that are left out from now on goes at once; which of them are archived, GitLab says when reconcile asks it.</summary>
    private async Task LookAtLeftOutAsync(LinkSettings before, Link link, CancellationToken cancellationToken)
    {
        var leftOut = new HashSet<long>(link.Settings.ExcludedProjects.Select(project => project.Id).Where(id => !before.Excludes(id)));

        if (link.Settings.IncludedProjects.Count > 0)
        {
            await foreach (var project in projects.ListAsync(link.Id, cancellationToken))
            {
                if (link.Settings.Excludes(project.ProjectId) && !before.Excludes(project.ProjectId))
                {
                    leftOut.Add(project.ProjectId);
                }
            }
        }

        foreach (var project in leftOut)
        {
            // Once more for what was translated meanwhile by a process that did not know yet.
            await looks.RequestAsync(EntityRefs.Repository(link, project), TimeSpan.Zero, cancellationToken);
            await looks.RequestAsync(EntityRefs.Repository(link, project), Known, cancellationToken);
        }

        if (before.ArchivedProjects && !link.Settings.ArchivedProjects)
        {
            await activity.LookNowAsync(link, hasGap: false, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Link {LinkId} has settings of version {Version} now.")]
        public static partial void Changed(ILogger logger, Guid linkId, int version);
    }
}
