using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Relay;

/// <summary>Authenticates a GitLab webhook and stores it. GitLab waits ten seconds and never retries, so nothing else happens here, and an authenticated hook is never refused for load.</summary>
public sealed partial class ReceiveGitLabWebhook(GitLabWebhookVerifier verifier, IMessageQueue queue, HookCounts counts, TimeProvider clock, ILogger<ReceiveGitLabWebhook> logger)
{
    /// <summary>GitLab's own limit of a delivery.</summary>
    private const int MaxBody = 25 * 1024 * 1024;
    private const int MaxDeliveryId = 255;

    [Function(nameof(ReceiveGitLabWebhook))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "gitlab/webhooks/{linkId:guid}")] HttpRequest request,
        Guid linkId,
        CancellationToken cancellationToken)
    {
        var (verdict, link) = await verifier.FindAsync(linkId, cancellationToken);

        if (link is null)
        {
            return Refuse(linkId, verdict);
        }

        if (await request.ReadBodyAsync(MaxBody, cancellationToken) is not { } body)
        {
            Log.TooLarge(logger, linkId);
            return Problem.TooLarge(MaxBody);
        }

        (verdict, link) = await verifier.VerifyAsync(link, request.Headers, body, cancellationToken);

        if (link is null || verdict is not WebhookVerdict.Accepted)
        {
            return Refuse(linkId, verdict);
        }

        var reading = HookReader.Read(body.Span);

        if (reading.Problem is { } problem)
        {
            Log.Malformed(logger, linkId, reading.Field);
            return Problem.Of(StatusCodes.Status400BadRequest, reading.Field is null ? "malformed_body" : "missing_field", problem, reading.Field);
        }

        if (reading.Hook is not { } hook)
        {
            Acknowledge(linkId, reading.Acknowledged ?? HookReading.UnknownKind);
            return TypedResults.Ok();
        }

        var header = Header(link, DeliveryId(request.Headers));

        // Whoever hangs up meanwhile has sent the only copy there is: store it all the same.
        await queue.SendAsync(QueueNames.GitLabEvents, header, body, delay: null, CancellationToken.None);

        counts.Add(hook.Kind, HookCounts.Stored);
        Log.Stored(logger, hook.Kind, header.DeliveryId, linkId);
        return TypedResults.Ok();
    }

    private void Acknowledge(Guid linkId, string kind)
    {
        if (string.Equals(kind, HookReading.UnknownKind, StringComparison.Ordinal))
        {
            counts.Add(kind, HookCounts.Unknown);
            Log.Unknown(logger, linkId);
            return;
        }

        counts.Add(kind, HookCounts.Acknowledged);
        Log.Acknowledged(logger, kind, linkId);
    }

    private MessageHeader Header(Link link, string? deliveryId) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Kind = MessageKinds.Hook,
        LinkId = link.Id,
        ClientKey = link.ClientKey,
        Epoch = link.Epoch,
        DeliveryId = deliveryId,
        ReceivedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    /// <summary>Stable across redeliveries; <c>X-Gitlab-Webhook-UUID</c> is not.</summary>
    private static string? DeliveryId(IHeaderDictionary headers) =>
        headers["Idempotency-Key"] is [{ Length: > 0 and <= MaxDeliveryId } key] ? key : null;

    private ProblemHttpResult Refuse(Guid linkId, WebhookVerdict verdict)
    {
        Log.Refused(logger, linkId, verdict);

        return verdict switch
        {
            WebhookVerdict.UnknownLink => Problem.Of(StatusCodes.Status404NotFound, "unknown_link", "There is no such link."),
            // GitLab disables the hook after enough of these.
            WebhookVerdict.UnlinkedLink => Problem.Of(StatusCodes.Status410Gone, "unlinked", "This group is no longer linked. Delete this webhook."),
            _ => Problem.Unauthorized(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Stored {Kind} delivery {DeliveryId} of link {LinkId}.")]
        public static partial void Stored(ILogger logger, string kind, string? deliveryId, Guid linkId);

        [LoggerMessage(2, LogLevel.Warning, "Refused a webhook of link {LinkId}: {Verdict}.")]
        public static partial void Refused(ILogger logger, Guid linkId, WebhookVerdict verdict);

        [LoggerMessage(3, LogLevel.Warning, "Refused a webhook of link {LinkId}: the body is too large.")]
        public static partial void TooLarge(ILogger logger, Guid linkId);

        [LoggerMessage(4, LogLevel.Warning, "Refused a webhook of link {LinkId}: the body is malformed (field {Field}).")]
        public static partial void Malformed(ILogger logger, Guid linkId, string? field);

        [LoggerMessage(5, LogLevel.Debug, "Acknowledged {Kind} of link {LinkId}: nothing that Jira shows follows from it.")]
        public static partial void Acknowledged(ILogger logger, string kind, Guid linkId);

        [LoggerMessage(6, LogLevel.Information, "Acknowledged a hook of link {LinkId} whose kind is not known here.")]
        public static partial void Unknown(ILogger logger, Guid linkId);
    }
}
