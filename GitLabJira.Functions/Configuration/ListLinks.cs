using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Lists the site's links with state, reason and progress.</summary>
public sealed class ListLinks(PageGate gate, ILinks links, EarlierLinks earlier, LinkViews views)
{
    [Function(nameof(ListLinks))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/links")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToReadAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var found = new List<LinkView>();

        await foreach (var link in links.ListAsync(user.Installation.ClientKey, cancellationToken))
        {
            // What a parent took over is gone as far as people are concerned; the parent shows it. What is left of an earlier install is being removed.
            if (link.InheritedBy is null && link.InstallationEpoch == user.Installation.Epoch)
            {
                found.Add(await views.OfAsync(user.Installation, link, cancellationToken));
            }
        }

        LinkView[] ordered = [.. found.OrderBy(link => link.Host, StringComparer.Ordinal).ThenBy(link => link.GroupPath, StringComparer.OrdinalIgnoreCase)];

        var before = await earlier.OfAsync(user.Installation, cancellationToken);
        var list = new LinkList(Reasons.Listed, ordered, before.Count > 0 ? [.. before.Select(link => link.GroupPath)] : null);

        return PageCalls.Answer(StatusCodes.Status200OK, list, ConfigurationJson.Default.LinkList);
    }
}
