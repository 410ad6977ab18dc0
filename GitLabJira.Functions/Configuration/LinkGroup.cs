using System.Text.Json;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace GitLabJira.Functions.Configuration;

/// <summary>Links a group to the site. The checks stand in the order of their answers: token 401, GitLab sign-in 401, site admin 403, field 422, group 404 or 422, other links 409.</summary>
public sealed class LinkGroup(PageGate gate, AccountGrants grants, Linking linking, LinkViews views)
{
    [Function(nameof(LinkGroup))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "configuration/links")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        if (await gate.AuthenticateAsync(request, cancellationToken) is not { } user)
        {
            return Problem.Unauthorized();
        }

        var site = user.Installation;

        if (await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, user.AccountId, cancellationToken) is not { } grant)
        {
            return Refusal.NotSignedIn.ToResult(request.HttpContext.Response);
        }

        if (await gate.RefuseChangeAsync(user, cancellationToken) is { } refusal)
        {
            return refusal.ToResult(request.HttpContext.Response);
        }

        var (body, unreadable) = await request.ReadJsonAsync(ConfigurationJson.Default.LinkRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        if (body.GroupId is not { ValueKind: JsonValueKind.Number } field || !field.TryGetInt64(out var groupId) || groupId <= 0)
        {
            return Refusal.BadField("groupId", "must be the number of a GitLab group.").ToResult(request.HttpContext.Response);
        }

        var settings = LinkSettings.Default;

        if (body.Settings is { ValueKind: not JsonValueKind.Null } chosen)
        {
            (settings, var projects, var wrong) = SettingsFields.Read(chosen);
            // Which projects there are to see is known once the link stands.
            wrong ??= projects.Excluded.Count > 0 ? Refusal.BadField("excludedProjects", "can be changed when the group is linked.")
                : projects.Included.Count > 0 ? Refusal.BadField("includedProjects", "can be changed when the group is linked.")
                : null;

            if (wrong is not null)
            {
                return (wrong with { Field = $"settings.{wrong.Field}", Detail = $"settings.{wrong.Detail}" }).ToResult(request.HttpContext.Response);
            }

            settings = settings with { Version = 1 };
        }

        var result = await linking.LinkAsync(user, grant, groupId, settings, durable, cancellationToken);

        if (result.Refusal is { } no)
        {
            return no.ToResult(request.HttpContext.Response);
        }

        var link = result.Link!;
        var view = await views.OfAsync(user.Installation, link, cancellationToken);

        return link.State is LinkState.Linking
            ? PageCalls.Answer(
                StatusCodes.Status202Accepted,
                new LinkAnswer(Reasons.Linking, Refusal.LinkingWaits.Detail, view),
                ConfigurationJson.Default.LinkAnswer)
            : PageCalls.Answer(StatusCodes.Status201Created, new LinkAnswer(Reasons.Linked, "Group successfully linked.", view), ConfigurationJson.Default.LinkAnswer);
    }
}
