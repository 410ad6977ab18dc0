using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.Jira.Signing;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Apps;

public enum TokenSignature
{
    Tenant,

    /// <summary>HS256 with a secret that the app never saw.</summary>
    ForeignSecret,

    /// <summary><c>alg: none</c>.</summary>
    None,
}

/// <summary>
/// The tokens and URLs that Jira gives to people's browsers. <c>change</c> alters the claims before signing, for the tokens that an app must refuse.
/// </summary>
public sealed partial class SiteTokens
{
    private readonly Func<InstalledApp> _app;
    private readonly SiteClock _clock;
    private readonly Func<Uri> _displayUrl;

    internal SiteTokens(Func<InstalledApp> app, SiteClock clock, Func<Uri> displayUrl) => (_app, _clock, _displayUrl) = (app, clock, displayUrl);

    /// <summary>What <c>AP.context.getToken()</c> answers: 15 minutes, not bound to a request.</summary>
    public string Context(string? accountId, Action<JsonObject>? change = null, TokenSignature signature = TokenSignature.Tenant) =>
        Sign(QueryHash.Context, accountId, TimeSpan.FromMinutes(15), change, signature);

    /// <summary>A token bound to one request, as in the URL of a framed page.</summary>
    public string ForRequest(string method, Uri url, string? accountId, Action<JsonObject>? change = null, TokenSignature signature = TokenSignature.Tenant) =>
        Sign(QueryHash.Compute(method, url, new Uri(_app().Descriptor.BaseUrl)), accountId, TimeSpan.FromMinutes(3), change, signature);

    /// <summary>The signed URL of the frame that shows a page module.</summary>
    /// <param name="customData">Values for <c>{ac.name}</c> in the module's URL.</param>
    public Uri PageUrl(
        string moduleKey,
        string? accountId,
        IReadOnlyDictionary<string, string>? customData = null,
        Action<JsonObject>? change = null,
        TokenSignature signature = TokenSignature.Tenant)
    {
        var app = _app();
        var page = app.Descriptor.Pages.FirstOrDefault(p => p.Key == moduleKey) ?? throw new ArgumentException("The app has no such page.", nameof(moduleKey));
        var path = Variable().Replace(page.Url, match => Uri.EscapeDataString(match.Groups[1].Value is ['a', 'c', '.', .. var name] ? customData?.GetValueOrDefault(name) ?? "" : ""));
        var origin = Uri.EscapeDataString(_displayUrl().GetLeftPart(UriPartial.Authority));
        var channel = Uri.EscapeDataString($"channel-{app.Key}__{moduleKey}");
        var unsigned = new Uri($"{app.Descriptor.Absolute(path)}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}xdm_e={origin}&xdm_c={channel}&cp=&xdm_deprecated_addon_key_do_not_use={Uri.EscapeDataString(app.Key)}&lic=none&cv=1001.0.0-SNAPSHOT");
        return page.Cacheable ? unsigned : new Uri($"{unsigned.AbsoluteUri}&jwt={ForRequest("GET", unsigned, accountId, change, signature)}");
    }

    /// <summary>Where the "Create branch" link of an issue leads; null when the app offers none.</summary>
    public Uri? CreateBranchUrl(JiraIssue issue, string? accountId, Action<JsonObject>? change = null, TokenSignature signature = TokenSignature.Tenant)
    {
        var app = _app().Descriptor;
        if (app.CreateBranchTemplate is not { } template)
        {
            return null;
        }

        var filled = template
            .Replace("{issue.key}", Uri.EscapeDataString(issue.Key), StringComparison.Ordinal)
            .Replace("{issue.summary}", Uri.EscapeDataString(issue.Summary), StringComparison.Ordinal);
        if (!filled.Contains("{jwt}", StringComparison.Ordinal))
        {
            return app.Absolute(filled);
        }

        // The token's own parameter is no part of what it signs.
        var token = ForRequest("GET", app.Absolute(filled.Replace("{jwt}", "", StringComparison.Ordinal)), accountId, change, signature);
        return app.Absolute(filled.Replace("{jwt}", token, StringComparison.Ordinal));
    }

    private string Sign(string queryHash, string? accountId, TimeSpan life, Action<JsonObject>? change, TokenSignature signature)
    {
        var app = _app();
        var now = _clock.Now;
        var claims = new JsonObject
        {
            ["iss"] = app.ClientKey,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + life).ToUnixTimeSeconds(),
            ["qsh"] = queryHash,
            ["context"] = new JsonObject(),
        };
        if (accountId is not null)
        {
            claims["sub"] = accountId;
        }

        change?.Invoke(claims);
        return signature switch
        {
            TokenSignature.None => ConnectToken.Unsigned(claims),
            TokenSignature.ForeignSecret => ConnectToken.SignHs256(claims, RandomNumberGenerator.GetHexString(64)),
            _ => ConnectToken.SignHs256(claims, app.SharedSecret),
        };
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Variable();
}
