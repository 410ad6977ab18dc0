using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace GitLabJira.Operator;

/// <summary>The app's own settings, as the app reads them: environment variables, and <c>Values</c> of <c>local.settings.json</c> where those do not say.</summary>
public static class AppSettings
{
    /// <summary>Names another file.</summary>
    public const string FileVariable = "GITLABJIRA_SETTINGS";

    private const string UsualFile = "local.settings.json";

    /// <exception cref="InvalidDataException">The file is not there or not the JSON that it should be.</exception>
    public static IConfiguration Read(string? file) => new ConfigurationBuilder()
        .AddInMemoryCollection(Values(file))
        .AddEnvironmentVariables()
        .Build();

    private static IEnumerable<KeyValuePair<string, string?>> Values(string? file)
    {
        if (file is null && !File.Exists(UsualFile))
        {
            return [];
        }

        var path = file ?? UsualFile;

        try
        {
            using var settings = JsonDocument.Parse(File.ReadAllBytes(path));

            return [.. settings.RootElement.GetProperty("Values").EnumerateObject().Select(value =>
                KeyValuePair.Create(value.Name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)value.Value.ToString()))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} is not a settings file with an object \"Values\".", unreadable);
        }
    }
}
