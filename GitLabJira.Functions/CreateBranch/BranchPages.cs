using System.Collections.Frozen;
using System.Text;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>The page's files, which travel inside the assembly. The page stands at the top of a tab: nobody may frame it, and it needs no bridge to Jira.</summary>
internal static class BranchPages
{
    public const string Route = "branches/new";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["create-branch.css"] = "text/css; charset=utf-8",
        ["create-branch.js"] = "text/javascript; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, byte[]> Files = Types.Keys.Concat(["create-branch.html", "start-again.html"])
        .ToFrozenDictionary(name => name, Load, StringComparer.Ordinal);

    /// <summary>What a browser may ask for by name.</summary>
    /// <returns>Null for anything else.</returns>
    public static (byte[] Content, string Type)? Asset(string name) => Types.TryGetValue(name, out var type) ? (Files[name], type) : null;

    public static IResult Page(HttpRequest request) => Html(request, "create-branch.html", StatusCodes.Status200OK);

    /// <summary>For whoever comes without a good token: a browser shows a page, anything else gets a plain refusal.</summary>
    public static IResult StartAgain(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase) ? Html(request, "start-again.html", StatusCodes.Status401Unauthorized) : Problem.Unauthorized();

    private static ContentHttpResult Html(HttpRequest request, string name, int status)
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Text(Encoding.UTF8.GetString(Files[name]), "text/html; charset=utf-8", statusCode: status);
    }

    private static byte[] Load(string name)
    {
        using var stream = typeof(BranchPages).Assembly.GetManifestResourceStream($"BranchPage/{name}") ?? throw new InvalidOperationException($"The assembly lacks {name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}

/// <summary>Serves the page that creates a branch. It holds no data: those it asks for with what its ticket brings.</summary>
public sealed class ServeBranchPage
{
    [Function(nameof(ServeBranchPage))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = BranchPages.Route)] HttpRequest request) => BranchPages.Page(request);
}

/// <summary>Serves what the page loads.</summary>
public sealed class ServeBranchAsset
{
    [Function(nameof(ServeBranchAsset))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "branches/assets/{name}")] HttpRequest request, string name) =>
        BranchPages.Asset(name) is { } asset ? TypedResults.Bytes(asset.Content, asset.Type) : TypedResults.NotFound();
}
