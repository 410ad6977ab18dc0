using System.Security.Cryptography;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira;
using GitLabJira.Functions.Jira.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Connect;

/// <summary>Takes a lifecycle request apart and proves where it comes from.</summary>
public sealed partial class LifecycleCalls(InstallTokenVerifier verifier, IOptions<ConnectOptions> options, ILogger<LifecycleCalls> logger)
{
    private const int LargestBody = 64 * 1024;

    /// <returns>The call, or how to refuse it.</returns>
    public async Task<(LifecycleCall? Call, IResult? Refusal)> ReadAsync(HttpRequest request, string eventType, CancellationToken cancellationToken)
    {
        // Whoever has no token learns nothing about what a body should look like: 401, which monitoring takes for a sign of health.
        if (InstallTokenVerifier.TryRead(request, out var token) is not InstallVerdict.Accepted and var early)
        {
            return Refuse(early, eventType);
        }

        if (await request.ReadBodyAsync(LargestBody, cancellationToken) is not { } json)
        {
            return (null, Problem.TooLarge(LargestBody));
        }

        var (body, fault) = LifecycleBodyReader.Read(json, eventType, options.Value);

        if (body is null)
        {
            Log.BadBody(logger, eventType, fault!.Reason, fault.Field);
            return (null, Problem.Of(StatusCodes.Status400BadRequest, fault.Reason, fault.Detail, fault.Field));
        }

        if (await verifier.VerifyAsync(request, token, body.ClientKey, cancellationToken) is not InstallVerdict.Accepted and var verdict)
        {
            return Refuse(verdict, eventType);
        }

        return (new LifecycleCall
        {
            ClientKey = body.ClientKey,
            BaseUrl = body.BaseUrl,
            DisplayUrl = body.DisplayUrl,
            CloudId = body.CloudId,
            SharedSecret = body.SharedSecret,
            IssuedAt = new DateTimeOffset(token.IssuedAt, TimeSpan.Zero),
            ExpiresAt = new DateTimeOffset(token.ValidTo, TimeSpan.Zero),
            TokenHash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token.EncodedToken))),
            BodyHash = Convert.ToHexStringLower(SHA256.HashData(json.Span)),
        }, null);
    }

    private (LifecycleCall? Call, IResult? Refusal) Refuse(InstallVerdict verdict, string eventType)
    {
        Log.Refused(logger, eventType, verdict);

        // Not the caller's fault: Jira tries an upgrade again, and an installing admin sees an error that goes away.
        return (null, verdict is InstallVerdict.KeyHostUnreachable
            ? Problem.Of(StatusCodes.Status503ServiceUnavailable, "keys_unreachable", "Atlassian's keys cannot be reached. Try again later.")
            : Problem.Unauthorized());
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused a call of {Event}: {Verdict}.")]
        public static partial void Refused(ILogger logger, string @event, InstallVerdict verdict);

        [LoggerMessage(2, LogLevel.Warning, "Refused a call of {Event} for its body: {Reason} {Field}.")]
        public static partial void BadBody(ILogger logger, string @event, string reason, string? field);
    }
}
