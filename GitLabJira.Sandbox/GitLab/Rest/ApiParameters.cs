using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>The parameters of a request, from its query and its JSON or form body alike, checked as GitLab's API checks them.</summary>
internal sealed class ApiParameters
{
    private readonly Dictionary<string, JsonNode?> _values = new(StringComparer.Ordinal);

    public static async Task<ApiParameters> ReadAsync(HttpRequest request)
    {
        var parameters = new ApiParameters();

        foreach (var (name, value) in request.Query)
        {
            parameters._values[name] = JsonValue.Create(value.ToString());
        }

        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync())
            {
                parameters._values[name] = JsonValue.Create(value.ToString());
            }
        }
        else if (request.HasJsonContentType())
        {
            await parameters.ReadJsonAsync(request.Body);
        }

        return parameters;
    }

    /// <summary>Everything that is plain text.</summary>
    public Dictionary<string, string> Texts() => _values
        .Where(pair => pair.Value is JsonValue)
        .ToDictionary(pair => pair.Key, pair => Text(pair.Key)!, StringComparer.Ordinal);

    public bool Has(string name) => _values.TryGetValue(name, out var value) && value is not null;

    public JsonNode? Node(string name) => _values.GetValueOrDefault(name);

    public string? Text(string name) => _values.GetValueOrDefault(name) switch
    {
        null => null,
        JsonValue value => value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        _ => throw ApiException.Invalid($"{name} is invalid"),
    };

    public string Required(string name) => Text(name) ?? throw ApiException.Invalid($"{name} is missing");

    public long? Integer(string name) => Text(name) switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw ApiException.Invalid($"{name} is invalid"),
    };

    public bool? Boolean(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null or "" => null,
        "true" or "1" or "t" or "on" or "yes" => true,
        "false" or "0" or "f" or "off" or "no" => false,
        _ => throw ApiException.Invalid($"{name} is invalid"),
    };

    public DateTimeOffset? Time(string name) => Text(name) switch
    {
        null or "" => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) => at,
        _ => throw ApiException.Invalid($"{name} is invalid"),
    };

    public string OneOf(string name, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name) ?? otherwise;
        return allowed.Contains(text) ? text : throw ApiException.Invalid($"{name} does not have a valid value");
    }

    private async Task ReadJsonAsync(Stream body)
    {
        try
        {
            if (await JsonNode.ParseAsync(body) is not JsonObject document)
            {
                throw ApiException.Invalid("The body is not a JSON object");
            }

            foreach (var (name, value) in document.ToArray())
            {
                _values[name] = value;
            }
        }
        catch (JsonException)
        {
            throw ApiException.Invalid("Problem parsing JSON");
        }
    }
}
