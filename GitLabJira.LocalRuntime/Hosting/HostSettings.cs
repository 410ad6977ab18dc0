using System.Collections;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>The app's settings: the environment, then <c>local.settings.json</c> Values. <c>%NAME%</c> and <c>Connection</c> resolve from nowhere else.</summary>
public sealed partial class HostSettings
{
    public const string DefaultStorage = "AzureWebJobsStorage";

    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public HostSettings(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
        {
            _values[Normalize(name)] = value;
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(Normalize(name));

    /// <summary>Values of the file become environment variables, as the real host hands them to the worker; a variable that is set already wins.</summary>
    internal static HostSettings FromProcess(string directory)
    {
        foreach (var (name, value) in ReadLocalSettings(Path.Combine(directory, "local.settings.json")))
        {
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        return new(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(e => KeyValuePair.Create((string)e.Key, (string?)e.Value ?? string.Empty)));
    }

    /// <summary>Replaces <c>%NAME%</c>; throws for a name without a value, as the real host refuses to index such a function.</summary>
    public string Resolve(string text) => Placeholder().Replace(text, match =>
        this[match.Groups["name"].Value] ?? throw new InvalidOperationException($"'%{match.Groups["name"].Value}%' does not resolve to a value."));

    /// <summary>
    /// The connection string that a trigger's <c>Connection</c> (or nothing: <c>AzureWebJobsStorage</c>) names: the setting of that name, or with
    /// <c>AzureWebJobs</c> before it.
    /// </summary>
    public string ConnectionString(string? connection = null)
    {
        var name = string.IsNullOrEmpty(connection) ? DefaultStorage : Resolve(connection);

        return this["AzureWebJobs" + name] ?? this[name]
            ?? throw new InvalidOperationException($"The setting '{name}' is missing: it must hold the connection string of the storage.");
    }

    /// <summary>The settings below a section, named without it.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> Under(string section) =>
        _values.Where(value => value.Key.StartsWith(section + ':', StringComparison.OrdinalIgnoreCase)).Select(value => KeyValuePair.Create(value.Key[(section.Length + 1)..], (string?)value.Value));

    internal static IEnumerable<KeyValuePair<string, string>> ReadLocalSettings(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });

        return document.RootElement.TryGetProperty("Values", out var values)
            ? [.. values.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.ToString()))]
            : [];
    }

    // Both spellings name the same setting, as in configuration.
    private static string Normalize(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
