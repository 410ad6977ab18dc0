using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.GitLab;

/// <inheritdoc cref="IRequestBudget"/>
/// <remarks>Three budgets for each request: of the host and our address, of the user, and of the endpoint where it has one. Asked in this order, and what the first gave is lost if the second refuses: little, and only when it is tight.</remarks>
public sealed class RequestBudget(SharedBudgets budgets, IOptions<BudgetOptions> options, TimeProvider clock) : IRequestBudget, IGitLabBudget
{
    /// <summary>How GitLab names the limit of a user; all others are of the address.</summary>
    private const string UserLimit = "throttle_authenticated";

    /// <summary>The user of each host whose limit was told last: who asks about a host does not know yet as whom it will be called.</summary>
    private readonly ConcurrentDictionary<string, SharedBudget> _users = new(StringComparer.Ordinal);

    public async Task<BudgetAnswer> AskAsync(Uri host, WorkPriority priority, CancellationToken cancellationToken)
    {
        var answer = await Host(host).AskAsync(priority, cancellationToken);

        return answer.MayGoOn && _users.TryGetValue(Name(host), out var user) && await user.AskAsync(priority, cancellationToken) is var asUser && (!asUser.MayGoOn || asUser.Used > answer.Used)
            ? asUser
            : answer;
    }

    public async Task TakeAsync(GitLabAccess access, Uri address, CancellationToken cancellationToken)
    {
        foreach (var budget in new[] { Host(access.Host), User(access), Endpoint(access, address) })
        {
            if (budget is not null && await budget.TakeAsync(Work.Priority, 1, cancellationToken) is { MayGoOn: false, Until: { } until })
            {
                var wait = until - clock.GetUtcNow();
                throw new GitLabRequestException(GitLabFailure.RateLimited, status: null, wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1));
            }
        }
    }

    public async Task SawAsync(GitLabAccess access, Uri address, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var name = GitLabAnswers.Header(response, "RateLimit-Name");
        var named = name is null ? null : name.StartsWith(UserLimit, StringComparison.Ordinal) ? _users[Name(access.Host)] = User(access) : Host(access.Host);

        if (named is not null && Number(response, "RateLimit-Limit") is { } limit && Number(response, "RateLimit-Remaining") is { } remaining && Number(response, "RateLimit-Reset") is { } reset)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(reset);

            // Beyond an hour it is nonsense, and would stop the host for good.
            AppMetrics.QuotaLeft(remaining, name!.StartsWith(UserLimit, StringComparison.Ordinal) ? "user" : "address");
            named.Saw(limit, remaining, at < now + TimeSpan.FromHours(1) ? at : now + TimeSpan.FromMinutes(1), isEnforced: true);
        }

        if (response.StatusCode is HttpStatusCode.TooManyRequests)
        {
            var wait = GitLabAnswers.Failure(response, clock).RetryAfter ?? TimeSpan.FromMinutes(1);

            // Without a name it is the application's own limit of this endpoint, or of what else this user does.
            await (named ?? Endpoint(access, address) ?? User(access)).HoldAsync(now + (wait < TimeSpan.FromHours(1) ? wait : TimeSpan.FromHours(1)), cancellationToken);
        }
    }

    private SharedBudget Host(Uri host) => budgets.Get($"gitlab {Name(host)} {options.Value.EgressName}", options.Value.GitLab(options.Value.GitLabPerMinute));

    private SharedBudget User(GitLabAccess access) => budgets.Get($"gitlab {Name(access.Host)} user {access.GrantKey}", options.Value.GitLab(options.Value.GitLabPerUserPerMinute));

    private SharedBudget? Endpoint(GitLabAccess access, Uri address)
    {
        var path = address.AbsolutePath;
        var api = path.IndexOf("/api/v4/", StringComparison.Ordinal);

        return api >= 0 && GitLabEndpoints.Of(path[(api + "/api/v4/".Length)..]) is (var endpoint, var perMinute)
            ? budgets.Get($"gitlab {Name(access.Host)} user {access.GrantKey} {endpoint}", options.Value.GitLab(perMinute * options.Value.GitLabEndpointPercent / 100))
            : null;
    }

    private static string Name(Uri host) => host.AbsoluteUri.TrimEnd('/');

    private static int? Number(HttpResponseMessage response, string header) =>
        int.TryParse(GitLabAnswers.Header(response, header), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
