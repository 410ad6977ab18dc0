using System.Security.Cryptography;
using System.Text;
using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>Lets only requests pass that carry the installed app's token, and a scope and module that allow them.</summary>
internal sealed class ConnectGuard(JiraSite site)
{
    /// <summary>Null when the request may pass; else the answer.</summary>
    public IResult? Check(HttpContext context, ApiFamily? family, string scope)
    {
        var request = SiteRequest.Of(context);
        if (Refusal(context, out var app) is { } reason)
        {
            if (!WasGoodAMomentAgo(context))
            {
                site.Violations.Add(ViolationKind.RefusedToken, $"{context.Request.Method} {context.Request.Path}: {reason}", request.Number);
            }

            return family is null
                ? Results.Json(
                    new Dictionary<string, object>(StringComparer.Ordinal) { ["message"] = "Client must be authenticated to access this resource.", ["status-code"] = 401 },
                    statusCode: StatusCodes.Status401Unauthorized)
                : Results.StatusCode(StatusCodes.Status401Unauthorized);
        }

        request.App = app;
        if (Missing(context, app!, family, scope) is { } missing)
        {
            site.Violations.Add(ViolationKind.RefusedScope, $"{context.Request.Method} {context.Request.Path}: {missing}", request.Number);
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        return null;
    }

    private static string? Missing(HttpContext context, InstalledApp app, ApiFamily? family, string scope)
    {
        if (family is not null && !app.Descriptor.HasModule(family.Module))
        {
            return $"the descriptor has no {family.Module}.";
        }

        if (!app.Descriptor.Scopes.Contains(scope, StringComparer.Ordinal))
        {
            return $"the descriptor has no scope {scope}.";
        }

        // The edge in front of Jira refuses these outright.
        return HttpMethods.IsGet(context.Request.Method) && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            ? "a GET must not have a body."
            : null;
    }

    private static ConnectToken? TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header] && header.StartsWith("JWT ", StringComparison.Ordinal) ? ConnectToken.TryRead(header[4..]) : null;

    private bool WasGoodAMomentAgo(HttpContext context) =>
        site.FormerCaller is { } former && site.Clock.Now < former.Until && TokenOf(context) is { } token && token.Issuer == former.App.Key && token.IsSignedWith(former.App.SharedSecret);

    private string? Refusal(HttpContext context, out InstalledApp? app)
    {
        app = null;
        if (TokenOf(context) is not { } token)
        {
            return "there is no readable token in 'Authorization: JWT'.";
        }

        if (token.Algorithm != "HS256")
        {
            return "the token's alg is not HS256.";
        }

        var callers = site.Callers.Where(c => c.Key == token.Issuer).ToList();
        if (callers.Count == 0)
        {
            return "the token's iss is no installed app.";
        }

        app = callers.Find(c => token.IsSignedWith(c.SharedSecret));
        if (app is null)
        {
            return "the token's signature is wrong.";
        }

        var now = site.Clock.Now.ToUnixTimeSeconds();
        if (token.Expires is not { } expires || expires <= now || token.NotBefore > now)
        {
            return "the token has no exp or is expired.";
        }

        if (token.Audience is { Count: > 0 } audience && !audience.Contains(app.ClientKey, StringComparer.Ordinal))
        {
            return "the token's aud is another tenant.";
        }

        return token.QueryHash is { } hash && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(Expected(context)))
            ? null
            : "the token's qsh is not of this request.";
    }

    private static string Expected(HttpContext context)
    {
        // The path as it was sent: routing decodes it.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return QueryHash.Compute(context.Request.Method, question < 0 ? target : target[..question], question < 0 ? "" : target[question..]);
    }
}
