using System.Text.Json;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>A Connect descriptor that passed its check.</summary>
public sealed class AppDescriptor(JsonElement root)
{
    public JsonElement Json => root;

    public string Key => root.GetProperty("key").GetString()!;

    public string Name => root.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString()! : Key;

    public string Description => root.TryGetProperty("description", out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";

    public string? VendorName => root.TryGetProperty("vendor", out var vendor) && vendor.TryGetProperty("name", out var name) ? name.GetString() : null;

    /// <summary>As written: the audience of lifecycle tokens is this text.</summary>
    public string BaseUrl => root.GetProperty("baseUrl").GetString()!;

    public bool UsesJwt => root.GetProperty("authentication").GetProperty("type").GetString() == "jwt";

    public IReadOnlyList<string> Scopes =>
        root.TryGetProperty("scopes", out var scopes) && scopes.ValueKind is JsonValueKind.Array ? [.. scopes.EnumerateArray().Select(s => s.GetString()!.ToUpperInvariant())] : [];

    /// <summary>The pages that Jira frames: "Get started", "Configure" and the pages of its menus.</summary>
    public IReadOnlyList<PageModule> Pages =>
    [
        .. Single("postInstallPage"),
        .. Single("configurePage"),
        .. Many("adminPages"),
        .. Many("generalPages"),
    ];

    public IEnumerable<string> ModuleKeys => Modules()
        .SelectMany(m => m.Value.ValueKind is JsonValueKind.Array ? m.Value.EnumerateArray() : Enumerable.Repeat(m.Value, 1))
        .Where(m => m.ValueKind is JsonValueKind.Object && m.TryGetProperty("key", out _))
        .Select(m => m.GetProperty("key").GetString()!);

    /// <summary>Where the "Create branch" link of an issue leads, with its variables.</summary>
    public string? CreateBranchTemplate =>
        Module("jiraDevelopmentTool") is { } tool && tool.TryGetProperty("actions", out var actions) && actions.ValueKind is JsonValueKind.Object
        && actions.TryGetProperty("createBranch", out var action) && action.ValueKind is JsonValueKind.Object
            ? action.GetProperty("templateUrl").GetString()
            : null;

    public bool HasModule(string type) => Module(type) is not null;

    public bool HasMigration(string name) =>
        root.TryGetProperty("apiMigrations", out var migrations) && migrations.TryGetProperty(name, out var on) && on.ValueKind is JsonValueKind.True;

    public string? LifecyclePath(string eventType) =>
        root.TryGetProperty("lifecycle", out var lifecycle) && lifecycle.TryGetProperty(eventType, out var path) && path.ValueKind is JsonValueKind.String ? path.GetString() : null;

    /// <summary>The absolute form of a path or URL of the descriptor.</summary>
    public Uri Absolute(string pathOrUrl) => new(pathOrUrl.StartsWith('/') ? BaseUrl.TrimEnd('/') + pathOrUrl : pathOrUrl);

    private JsonElement? Module(string type) => Modules().Where(m => m.Name == type).Select(m => (JsonElement?)m.Value).FirstOrDefault();

    private IEnumerable<JsonProperty> Modules() =>
        root.TryGetProperty("modules", out var modules) && modules.ValueKind is JsonValueKind.Object
            ? modules.EnumerateObject().Where(m => m.Value.ValueKind is not JsonValueKind.Null)
            : [];

    private IEnumerable<PageModule> Single(string type) => Module(type) is { } page ? [Page(type, page)] : [];

    private IEnumerable<PageModule> Many(string type) => Module(type) is { } pages ? pages.EnumerateArray().Select(p => Page(type, p)) : [];

    private static PageModule Page(string type, JsonElement page) => new(
        type,
        page.GetProperty("key").GetString()!,
        page.GetProperty("name").GetProperty("value").GetString()!,
        page.GetProperty("url").GetString()!,
        type is "postInstallPage" or "configurePage" or "adminPages" || RequiresAdmin(page),
        page.TryGetProperty("cacheable", out var cacheable) && cacheable.ValueKind is JsonValueKind.True);

    private static bool RequiresAdmin(JsonElement page) =>
        page.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(c => c.TryGetProperty("condition", out var name) && name.ValueEquals("user_is_admin")
            && !(c.TryGetProperty("invert", out var invert) && invert.ValueKind is JsonValueKind.True));
}

/// <summary>A page of the app inside Jira.</summary>
/// <param name="Cacheable">Such a page gets no token in its URL and must ask for one.</param>
public sealed record PageModule(string Type, string Key, string Name, string Url, bool RequiresAdmin, bool Cacheable);
