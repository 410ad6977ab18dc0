using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Groups;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Lists the groups that the signed-in GitLab user may link, ten at a time, and marks those that need no link any more.</summary>
public sealed class ListGroups(PageGate gate, AccountGrants grants, GitLabGroups groups, ILinks links)
{
    private const int LongestSearch = 200;
    private const int LastPage = 5_000;

    [Function(nameof(ListGroups))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/groups")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var search = request.Query["search"].ToString();
        var pageText = request.Query["page"].ToString();
        var page = 1;

        if (search.Length > LongestSearch)
        {
            return Refusal.BadField("search", $"must have at most {LongestSearch} characters.").ToResult(request.HttpContext.Response);
        }

        if (pageText.Length > 0 && (!int.TryParse(pageText, NumberStyles.None, CultureInfo.InvariantCulture, out page) || page is < 1 or > LastPage))
        {
            return Refusal.BadField("page", $"must be a number from 1 to {LastPage}.").ToResult(request.HttpContext.Response);
        }

        var site = user.Installation;

        if (await grants.FindAsync(site.ClientKey, site.Epoch, site.GitLabHost, user.AccountId, cancellationToken) is not { } grant)
        {
            return Refusal.NotSignedIn.ToResult(request.HttpContext.Response);
        }

        try
        {
            var found = await grants.CallAsync(grant, (access, token) => groups.MaintainedAsync(access, search, page, token), cancellationToken);
            var linked = await links.ListAsync(site.ClientKey, cancellationToken).Where(link => GitLabHosts.Same(link.Host, grant.Host)).ToListAsync(cancellationToken);
            var list = new GroupList(Reasons.Listed, [.. found.Groups.Select(group => View(group, site.Epoch, linked))], found.Page, found.HasMore, found.Total);

            return PageCalls.Answer(StatusCodes.Status200OK, list, ConfigurationJson.Default.GroupList);
        }
        catch (GitLabRequestException exception)
        {
            return Refusal.Of(exception).ToResult(request.HttpContext.Response);
        }
    }

    private static GroupView View(GitLabGroup group, int epoch, List<Link> links)
    {
        var (status, because) = LinkConflicts.Of(group.Id, group.FullPath, epoch, links) switch
        {
            null => ("available", null),
            (LinkAdditionOutcome.AlreadyLinked, _) => ("linked", null),
            (LinkAdditionOutcome.Covered, var above) => ("covered", above.GroupPath),
            var (_, leaving) => ("cleaning_up", leaving.GroupPath),
        };

        return new GroupView(group.Id, group.Name, group.FullName, group.FullPath, group.Description, group.AvatarUrl, status, because);
    }
}
