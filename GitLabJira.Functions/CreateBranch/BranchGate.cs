using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Branches;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Who calls, and what of GitLab the site of the issue has links to.</summary>
public sealed class BranchGate(BranchVisits visits, IInstallations installations, ILinks links)
{
    private const string Scheme = "Bearer ";
    private const int LongestSearch = 200;
    private const int LastPage = 100;

    /// <summary>Lets sessions through whose installation is the one that they began in.</summary>
    /// <returns>Null when refused: answer <see cref="BranchAnswers.SessionEnded"/>.</returns>
    public async Task<BranchSession?> AdmitAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var header = request.Headers.Authorization;

        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return await visits.FindAsync(value[Scheme.Length..].Trim(), cancellationToken) is { } session && await LivesAsync(session.Visit, cancellationToken) ? session : null;
    }

    /// <summary>Whether the site still has the app, without an uninstall in between.</summary>
    public async Task<bool> LivesAsync(BranchVisit visit, CancellationToken cancellationToken)
    {
        foreach (var fresh in new[] { false, true })
        {
            if (await installations.FindAsync(visit.ClientKey, fresh, cancellationToken) is { State: InstallationState.Installed } site && site.Epoch == visit.Epoch)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The links of the site under which there can be projects.</summary>
    public async Task<IReadOnlyList<Link>> LinksAsync(BranchVisit visit, CancellationToken cancellationToken) => await links.ListAsync(visit.ClientKey, cancellationToken)
        .Where(link => link.State is not (LinkState.Unlinking or LinkState.Linking) && link.InstallationEpoch >= visit.Epoch)
        .OrderBy(link => link.GroupPath, StringComparer.OrdinalIgnoreCase)
        .ToListAsync(cancellationToken);

    /// <summary>The host that a request means, with the links there.</summary>
    /// <param name="host">May be left out where the links are on one host only.</param>
    public async Task<(Uri? Host, IReadOnlyList<Link> Links, IResult? Refusal)> HostAsync(BranchSession session, string? host, CancellationToken cancellationToken)
    {
        var byHost = (await LinksAsync(session.Visit, cancellationToken)).GroupBy(link => GitLabHosts.Name(link.Host), StringComparer.Ordinal).ToList();
        var meant = string.IsNullOrEmpty(host)
            ? byHost.Count == 1 ? byHost[0] : null
            : byHost.Find(group => string.Equals(group.Key, host.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));

        return meant is null ? (null, [], BranchAnswers.BadField("host", "must be a GitLab instance to which this Jira site has links.")) : (new Uri(meant.Key), [.. meant], null);
    }

    /// <summary>What most calls need: session, host (by the query) and the visitor's sign-in there.</summary>
    public async Task<(BranchCall? Call, IResult? Refusal)> CallAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await AdmitAsync(request, cancellationToken) is { } session ? await CallAsync(session, request.Query["host"].ToString(), cancellationToken) : (null, BranchAnswers.SessionEnded);

    /// <summary>The second half of <see cref="CallAsync(HttpRequest, CancellationToken)"/>, where the body says the host.</summary>
    public async Task<(BranchCall? Call, IResult? Refusal)> CallAsync(BranchSession session, string? host, CancellationToken cancellationToken)
    {
        var (address, there, refusal) = await HostAsync(session, host, cancellationToken);

        if (address is null)
        {
            return (null, refusal);
        }

        return await visits.SignInAsync(session, address, cancellationToken) is { } signIn
            ? (new BranchCall(session, signIn, there), null)
            : (null, BranchAnswers.NotSignedIn);
    }

    /// <summary>Reads <c>search</c> and <c>page</c> of a list.</summary>
    public static (string Search, int Page, IResult? Refusal) Paging(HttpRequest request)
    {
        var search = request.Query["search"].ToString().Trim();
        var text = request.Query["page"].ToString();
        var page = 1;

        if (search.Length > LongestSearch)
        {
            return ("", 1, BranchAnswers.BadField("search", $"must have at most {LongestSearch} characters."));
        }

        return text.Length > 0 && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out page) || page is < 1 or > LastPage)
            ? ("", 1, BranchAnswers.BadField("page", $"must be a number from 1 to {LastPage}."))
            : (search, page, null);
    }
}

/// <summary>A call of a visitor who is signed in to GitLab.</summary>
/// <param name="Links">Those of the site at that host.</param>
public sealed record BranchCall(BranchSession Session, BranchSignIn SignIn, IReadOnlyList<Link> Links)
{
    /// <summary>The visitor's own, and nobody else's.</summary>
    public GitLabAccess Access { get; } = new(SignIn.Host, SignIn.AccessToken, string.Create(CultureInfo.InvariantCulture, $"branches!{SignIn.UserId}"));

    public override string ToString() => nameof(BranchCall);

    /// <returns>Null when there is no such project that the visitor sees under the site's links.</returns>
    public Task<BranchProject?> FindAsync(BranchProjects projects, long projectId, CancellationToken cancellationToken) => projects.FindAsync(Access, projectId, Links, cancellationToken);
}
