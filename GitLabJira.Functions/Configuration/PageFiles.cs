using System.Collections.Frozen;
using System.Text;

namespace GitLabJira.Functions.Configuration;

/// <summary>The page's files, which travel inside the assembly.</summary>
public static class PageFiles
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["page.css"] = "text/css; charset=utf-8",
        ["page.js"] = "text/javascript; charset=utf-8",
        ["callback.js"] = "text/javascript; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, byte[]> Files = Types.Keys.Concat(["page.html", "callback.html", "expired.html"])
        .ToFrozenDictionary(name => name, Load, StringComparer.Ordinal);

    /// <summary>What a browser may ask for by name.</summary>
    /// <returns>Null for anything else.</returns>
    public static (byte[] Content, string Type)? Asset(string name) => Types.TryGetValue(name, out var type) ? (Files[name], type) : null;

    /// <summary>The text of an HTML page.</summary>
    public static string Html(string name) => Encoding.UTF8.GetString(Files[name]);

    private static byte[] Load(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"Page/{name}")
            ?? throw new InvalidOperationException($"The assembly lacks {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
