using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>Styles and scripts of the pages, and Atlassian's page bridge from npm.</summary>
internal static class Assets
{
    private static readonly string BridgeFolder = typeof(Assets).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(m => m.Key == "ConnectBridge").Value!;

    public static IResult Own(string name)
    {
        var stream = typeof(Assets).Assembly.GetManifestResourceStream($"jira/{name}");
        return stream is null ? Results.NotFound() : Results.Stream(stream, TypeOf(name));
    }

    /// <summary>The half of the bridge for Jira's page.</summary>
    public static IResult BridgeHost() => Results.File(Path.Combine(BridgeFolder, "connect-host.js"), "text/javascript");

    /// <summary>The half for the framed page, which finds its options by this path.</summary>
    public static IResult BridgeFrame() => Results.File(Path.Combine(BridgeFolder, "iframe.js"), "text/javascript");

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        _ => "text/javascript",
    };
}
