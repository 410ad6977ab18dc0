using System.Text.Json;
using GitLabJira.Functions.Jira;

namespace GitLabJira.Functions.Connect;

/// <summary>The fields of a lifecycle call that are used. All others are ignored, as Jira adds some from time to time.</summary>
public sealed record LifecycleBody
{
    public required string ClientKey { get; init; }
    public required Uri BaseUrl { get; init; }
    public string? DisplayUrl { get; init; }
    public string? CloudId { get; init; }
    public string? SharedSecret { get; init; }

    /// <summary>Without the secret: records print their members.</summary>
    public override string ToString() => nameof(LifecycleBody);
}

/// <summary>What is wrong with a lifecycle call's body, by field.</summary>
public sealed record LifecycleFault(string Reason, string Detail, string? Field);

/// <summary>Reads the body of <c>installed</c> and <c>uninstalled</c>.</summary>
public static class LifecycleBodyReader
{
    // HS256 needs 256 bits (RFC 7518, 3.2). Atlassian asks to allow for 128 characters and more.
    private const int ShortestSecret = 32;
    private const int LongestSecret = 1024;
    private const int LongestId = 255;
    private const int LongestUrl = 2000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <param name="eventType"><c>installed</c> or <c>uninstalled</c>.</param>
    /// <returns>A body or a fault.</returns>
    public static (LifecycleBody? Body, LifecycleFault? Fault) Read(ReadOnlyMemory<byte> json, string eventType, ConnectOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? (Read(document.RootElement, eventType, options), null)
                : (null, new LifecycleFault("malformed_body", "The body is not a JSON object.", Field: null));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no Unicode, which shows when it is read.
            return (null, new LifecycleFault("malformed_body", "The body is not valid JSON.", Field: null));
        }
        catch (FaultException fault)
        {
            return (null, fault.Fault);
        }
    }

    private static LifecycleBody Read(JsonElement body, string eventType, ConnectOptions options)
    {
        if (Text(body, "key", LongestId) is { } key && !string.Equals(key, options.Key, StringComparison.Ordinal))
        {
            throw Invalid("key", "is not the key of this app");
        }

        if (Text(body, "eventType", LongestId) is { } type && !string.Equals(type, eventType, StringComparison.Ordinal))
        {
            throw Invalid("eventType", $"must be {eventType}");
        }

        var baseUrl = Url(body, "baseUrl") ?? throw Missing("baseUrl");

        if (!SiteAllowList.Allows(options.EffectiveSiteHosts, baseUrl))
        {
            throw new FaultException(new LifecycleFault("site_not_allowed", "The field baseUrl names no site that may install this app.", "baseUrl"));
        }

        var secret = Text(body, "sharedSecret", LongestSecret);

        if (string.Equals(eventType, "installed", StringComparison.Ordinal))
        {
            if (secret is null)
            {
                throw Missing("sharedSecret");
            }

            if (System.Text.Encoding.UTF8.GetByteCount(secret) < ShortestSecret)
            {
                throw Invalid("sharedSecret", $"must have at least {ShortestSecret} characters");
            }
        }

        return new LifecycleBody
        {
            ClientKey = Text(body, "clientKey", LongestId) ?? throw Missing("clientKey"),
            BaseUrl = baseUrl,
            DisplayUrl = Url(body, "displayUrl")?.AbsoluteUri,
            CloudId = Text(body, "cloudId", LongestId),
            SharedSecret = secret,
        };
    }

    // An empty text counts as none, as Jira sends it for what a site does not have.
    private static string? Text(JsonElement body, string field, int longest)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            throw Invalid(field, "must be a text");
        }

        var text = value.GetString()!;

        if (text.Length > longest)
        {
            throw Invalid(field, $"must have at most {longest} characters");
        }

        return text.Length == 0 ? null : text;
    }

    private static Uri? Url(JsonElement body, string field) => Text(body, field, LongestUrl) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" => url,
        _ => throw Invalid(field, "must be an absolute https address"),
    };

    private static FaultException Missing(string field) => new(new LifecycleFault("missing_field", $"The field {field} is missing.", field));

    private static FaultException Invalid(string field, string rule) => new(new LifecycleFault("invalid_field", $"The field {field} {rule}.", field));

    private sealed class FaultException(LifecycleFault fault) : Exception(fault.Detail)
    {
        public LifecycleFault Fault { get; } = fault;
    }
}
