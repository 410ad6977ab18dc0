using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Users;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Configuration;

/// <param name="Name">As Jira shows it now; null when it does not say.</param>
/// <param name="GitLabUsername">Null when nobody is signed in to GitLab from that account.</param>
public sealed record LinkerView(string? Name, string? GitLabUsername);

/// <summary>Says who linked a group. Only the account's id is stored: the name is Jira's to tell, each time anew, so that it goes when the person does (design 6.11).</summary>
public sealed class LinkerNames(JiraUserClient users, GrantStore grants, LinkerNameCache names)
{
    /// <returns>Null when nobody can say.</returns>
    public async Task<LinkerView?> OfAsync(Installation site, Link link, CancellationToken cancellationToken)
    {
        var account = link.MadeByAccountId ?? link.LinkedByAccountId;
        var named = await names.Names.GetAsync($"{site.ClientKey}\n{account}", fresh: false, token => AskAsync(site, account, token), cancellationToken);
        var grant = (await grants.ListAsync(link.ClientKey, link.Host, fresh: false, cancellationToken))
            .FirstOrDefault(grant => string.Equals(grant.AccountId, account, StringComparison.Ordinal) && grant.Epoch == link.InstallationEpoch);

        return named?.Name is null && grant is null ? null : new LinkerView(named?.Name, grant?.Username);
    }

    private async Task<LinkerName?> AskAsync(Installation site, string account, CancellationToken cancellationToken)
    {
        try
        {
            return new LinkerName(await users.FindNameAsync(site, account, cancellationToken));
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A list of links is worth more than a name.
            return new LinkerName(Name: null);
        }
    }
}

/// <summary>Keeps names in memory for half a minute: a page that is open asks every few seconds.</summary>
public sealed class LinkerNameCache(TimeProvider clock)
{
    internal RowCache<LinkerName> Names { get; } = new(clock);
}

/// <param name="Name">Null when Jira does not say.</param>
internal sealed record LinkerName(string? Name)
{
    public override string ToString() => nameof(LinkerName);
}
