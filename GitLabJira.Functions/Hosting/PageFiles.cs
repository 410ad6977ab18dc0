using System.Collections.Frozen;
using System.Text;

namespace GitLabJira.Functions.Hosting;

/// <summary>A script, style or picture as a browser loads it, compressed when it was built.</summary>
public sealed record PageAsset(string Type, byte[] Plain, byte[] Brotli, byte[] Gzip);

/// <summary>The pages of <c>ClientApp</c>, which travel inside the assembly.</summary>
public static class PageFiles
{
    private const string Root = "ClientApp/";
    private const string AssetFolder = "ClientApp/configuration/assets/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] Names = typeof(PageFiles).Assembly.GetManifestResourceNames();

    private static readonly FrozenDictionary<string, PageAsset> Assets = Names
        .Where(name => name.StartsWith(AssetFolder, StringComparison.Ordinal) && Types.ContainsKey(Path.GetExtension(name)))
        .ToFrozenDictionary(name => name[AssetFolder.Length..], name => new PageAsset(Types[Path.GetExtension(name)], Load(name), Load($"{name}.br"), Load($"{name}.gz")), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Pages = Names
        .Where(name => name.StartsWith(Root, StringComparison.Ordinal) && Path.GetExtension(name) is ".html")
        .ToFrozenDictionary(name => Path.GetFileName(name), name => Encoding.UTF8.GetString(Load(name)), StringComparer.Ordinal);

    /// <summary>What a browser may ask for by name. Names hold a hash of the content, so a name's content never changes.</summary>
    /// <returns>Null for anything else.</returns>
    public static PageAsset? Asset(string name) => Assets.GetValueOrDefault(name);

    /// <summary>The text of a page, by its file's name.</summary>
    public static string Html(string name) => Pages[name];

    private static byte[] Load(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly lacks {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
