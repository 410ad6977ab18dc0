using System.Net;
using System.Text.Json.Nodes;

namespace GitLabJira.Sandbox.World.Faults;

/// <summary>A person who tries again until it works, since the app may fail or die at any call.</summary>
internal sealed class PatientAdmin(SandboxWorld world, JiraAdmin admin)
{
    private const int Patience = 100;

    /// <summary>A clean-up that meets faults waits longer and longer before it tries again, up to an hour.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <returns>The link's id.</returns>
    public async Task<string> LinkAsync(long groupId, object settings, CancellationToken cancellationToken)
    {
        await UntilAsync("link", () => admin.LinkAsync(groupId, cancellationToken, settings), answer => answer.Status is HttpStatusCode.Created || answer.Reason == "already_linked", cancellationToken);

        // An answer may have been lost, and what was half made is undone after two minutes: linked is what the page shows so.
        var links = await UntilAsync("see the link", () => admin.LinksAsync(cancellationToken), answer => Of(answer, groupId) is { } link && (string?)link["state"] == "active", cancellationToken);
        return (string)Of(links, groupId)!["id"]!;
    }

    public async Task UnlinkAsync(string linkId, CancellationToken cancellationToken)
    {
        await UntilAsync("unlink", () => admin.UnlinkAsync(linkId, cancellationToken), answer => (int)answer.Status is >= 200 and < 300 or 404 or 409, cancellationToken);
        await UntilAsync("see the link go", () => admin.LinksAsync(cancellationToken), answer => answer.Status is HttpStatusCode.OK && !Rows(answer).Any(row => (string?)row!["id"] == linkId), cancellationToken);
    }

    private static JsonNode? Of(PageAnswer answer, long groupId) => Rows(answer).FirstOrDefault(row => (long)row!["groupId"]! == groupId);

    private static JsonArray Rows(PageAnswer answer) => answer.Body?["links"]?.AsArray() ?? [];

    private async Task<PageAnswer> UntilAsync(string what, Func<Task<PageAnswer>> call, Func<PageAnswer, bool> isDone, CancellationToken cancellationToken)
    {
        PageAnswer? last = null;
        var pause = TimeSpan.FromSeconds(10);

        for (var tried = 0; tried < Patience; tried++)
        {
            try
            {
                last = await world.CallAsync(call, cancellationToken);

                if (isDone(last))
                {
                    return last;
                }
            }
            catch (HttpRequestException)
            {
                // The process died over it.
            }

            await world.AdvanceAsync(pause, cancellationToken);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }

        throw new InvalidOperationException($"The admin could not {what}: {last?.Status} {last?.Body}");
    }
}
