using GitLabJira.Functions.Jira.Installations;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Jira.Users;

/// <inheritdoc cref="ISiteAdmins"/>
public sealed partial class SiteAdmins(JiraUserClient users, YesCache yes, IOptions<ConnectOptions> options, ILogger<SiteAdmins> logger) : ISiteAdmins
{
    public async Task<SiteAdminVerdict> CheckForReadAsync(Installation installation, string accountId, CancellationToken cancellationToken) =>
        yes.Holds(installation, accountId) ? SiteAdminVerdict.Admin : await CheckForChangeAsync(installation, accountId, cancellationToken);

    public async Task<SiteAdminVerdict> CheckForChangeAsync(Installation installation, string accountId, CancellationToken cancellationToken)
    {
        var verdict = await AskAsync(installation, accountId, cancellationToken);

        if (verdict is SiteAdminVerdict.Admin)
        {
            yes.Keep(installation, accountId);
        }
        else
        {
            yes.Drop(installation, accountId);
        }

        return verdict;
    }

    private async Task<SiteAdminVerdict> AskAsync(Installation installation, string accountId, CancellationToken cancellationToken)
    {
        try
        {
            if (await users.FindAsync(installation, accountId, cancellationToken) is not { } user)
            {
                return SiteAdminVerdict.CouldNotFetchUser;
            }

            if (user.Groups?.Items is { } groups && groups.Any(MakesAdmin))
            {
                return SiteAdminVerdict.Admin;
            }

            return await users.FindGroupsAsync(installation, accountId, cancellationToken) is { } all && all.Any(MakesAdmin) ? SiteAdminVerdict.Admin : SiteAdminVerdict.NotAdmin;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NoAnswer(logger, failure.GetType().Name);
            return SiteAdminVerdict.NoAnswer;
        }
    }

    private bool MakesAdmin(JiraGroup group) => options.Value.EffectiveAdminGroups.Contains(group.Name, StringComparer.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Jira did not answer a question about a user: {Failure}.")]
        public static partial void NoAnswer(ILogger logger, string failure);
    }
}
