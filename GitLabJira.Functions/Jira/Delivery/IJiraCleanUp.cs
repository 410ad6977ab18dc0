using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>Takes a link's data out of Jira and out of our tables. Each step is idempotent and bound to the link's epoch; a durable clean-up calls them in order.</summary>
public interface IJiraCleanUp
{
    /// <summary>Removes what waits in the outbox for the link, in every lane.</summary>
    Task DropOutboxAsync(Link link, CancellationToken cancellationToken);

    /// <summary>Under the site's delivery lease: deletes the repositories by id that no other link of the installation holds, then everything with property <c>linkId</c> of this link and of every inherited one, in all four API families.</summary>
    /// <param name="repositoriesOfOthers">Repository ids that another link of the installation still shows.</param>
    /// <param name="since">A repository that was deleted before is deleted again: Jira may have applied after it what it had accepted earlier, and finds by properties only what stands in a repository. Null leaves those that are deleted.</param>
    /// <returns>Null when done; else how long to wait (lease held, rate limit, site down) before calling again.</returns>
    Task<TimeSpan?> DeleteAtJiraAsync(Link link, IReadOnlySet<string> repositoriesOfOthers, DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>Whether Jira still holds anything with the link's properties.</summary>
    Task<bool> ExistsAtJiraAsync(Link link, CancellationToken cancellationToken);

    /// <summary>Removes the link's <c>Sent</c> rows.</summary>
    Task DropSentAsync(Link link, CancellationToken cancellationToken);

    /// <summary>After an uninstall: removes the site's rows of <c>Sites</c>, unless a newer install than <paramref name="epoch"/> uses them.</summary>
    Task DropSiteAsync(string clientKey, int epoch, CancellationToken cancellationToken);
}
