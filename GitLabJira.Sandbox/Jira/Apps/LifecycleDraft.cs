using System.Text.Json.Nodes;

namespace GitLabJira.Sandbox.Jira.Apps;

public enum LifecycleSignature
{
    /// <summary>RS256 with the key host's key: what Atlassian sends.</summary>
    KeyHost,

    /// <summary>RS256 under a published key id, but with another key.</summary>
    ForeignKey,

    /// <summary>HS256 with the tenant's secret.</summary>
    SharedSecret,

    /// <summary><c>alg: none</c>.</summary>
    None,
}

/// <summary>A lifecycle call about to be sent. Tests change it to see what the app refuses.</summary>
public sealed class LifecycleDraft(Uri url, JsonObject header, JsonObject claims, JsonObject body)
{
    public Uri Url { get; set; } = url;

    public JsonObject Header { get; } = header;

    public JsonObject Claims { get; } = claims;

    public JsonObject Body { get; } = body;

    public LifecycleSignature Signature { get; set; }

    /// <summary>Sent as it is in place of a signed one; empty for no token at all.</summary>
    public string? Token { get; set; }
}

/// <summary>A lifecycle call and what the app answered. Status 0: no answer.</summary>
public sealed record LifecycleCall(string EventType, Uri Url, string Token, string Body, DateTimeOffset At, int Status)
{
    public bool Succeeded => Status is 200 or 204;

    public override string ToString() => $"{EventType} {Url.AbsolutePath} {Status}";
}
