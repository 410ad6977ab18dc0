using System.Globalization;
using System.Text.Json;
using GitLabJira.Sandbox.Jira.Issues;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>What the app may ask of Jira's platform API: people, permissions, issues, projects.</summary>
internal sealed class PlatformRoutes(JiraSite site)
{
    private readonly ConnectGuard _guard = new(site);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/_edge/tenant_info", () => Results.Json(new { cloudId = site.CloudId }));
        routes.MapGet("/status", () => Results.Json(new { state = "RUNNING" }));
        routes.MapGet("/rest/api/3/user", Guarded(User));
        routes.MapGet("/rest/api/3/user/groups", Guarded(Groups));
        routes.MapPost("/rest/api/3/permissions/check", Guarded(PermissionsAsync));
        routes.MapGet("/rest/api/3/issue/{key}", Guarded(Issue));
        routes.MapGet("/rest/api/3/project/{key}", Guarded(Project));
    }

    private static IResult Error(int status, string message) => Results.Json(new { errorMessages = new[] { message }, errors = new { } }, statusCode: status);

    private IResult User(HttpContext context)
    {
        if (FindUser(context, out var refusal) is not { } user)
        {
            return refusal;
        }

        var expand = context.Request.Query["expand"].ToString().Split(',');
        var groups = user.Groups.Order(StringComparer.Ordinal).ToList();
        return Results.Json(new
        {
            self = Self($"user?accountId={Uri.EscapeDataString(user.AccountId)}"),
            accountId = user.AccountId,
            accountType = "atlassian",
            emailAddress = user.Email ?? "",
            displayName = user.DisplayName,
            active = user.Active,
            timeZone = "Europe/Prague",
            locale = "en_US",
            groups = new
            {
                size = groups.Count,
                items = expand.Contains("groups", StringComparer.Ordinal) ? groups.Take(site.Users.GroupsExpansionLimit).Select(Group) : [],
            },
            applicationRoles = new { size = 1, items = Array.Empty<object>() },
            expand = "groups,applicationRoles",
        });
    }

    private IResult Groups(HttpContext context) =>
        FindUser(context, out var refusal) is { } user ? Results.Json(user.Groups.Order(StringComparer.Ordinal).Select(Group)) : refusal;

    private object Group(string name)
    {
        var group = JiraUsers.Group(name);
        return new { name = group.Name, groupId = group.GroupId, self = Self($"group?groupId={group.GroupId}") };
    }

    private JiraUser? FindUser(HttpContext context, out IResult refusal)
    {
        refusal = Error(StatusCodes.Status404NotFound, "Specified user does not exist or you do not have required permissions");
        if (!site.Users.AppsMayBrowse)
        {
            refusal = Error(StatusCodes.Status403Forbidden, "You are not authorized to perform this operation. Administrator privileges are required.");
            return null;
        }

        if (context.Request.Query["accountId"].ToString() is not { Length: > 0 } accountId)
        {
            refusal = Error(StatusCodes.Status400BadRequest, "The query parameter accountId is required.");
            return null;
        }

        return site.Users.Find(accountId);
    }

    private async Task<IResult> PermissionsAsync(HttpContext context)
    {
        JsonElement body;
        try
        {
            body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            return Error(StatusCodes.Status400BadRequest, "The request body is not valid JSON.");
        }

        if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty("globalPermissions", out var asked) || asked.ValueKind is not JsonValueKind.Array)
        {
            return Error(StatusCodes.Status400BadRequest, "globalPermissions must be an array.");
        }

        var accountId = body.TryGetProperty("accountId", out var account) && account.ValueKind is JsonValueKind.String ? account.GetString() : null;
        var names = asked.EnumerateArray().Select(p => p.ValueKind is JsonValueKind.String ? p.GetString()! : "").ToList();
        if (names.Any(n => n is not ("ADMINISTER" or "USER_PICKER" or "BULK_CHANGE" or "CREATE_SHARED_OBJECTS" or "MANAGE_GROUP_FILTER_SUBSCRIPTIONS")))
        {
            return Error(StatusCodes.Status400BadRequest, "Unrecognized permission.");
        }

        return Results.Json(new
        {
            globalPermissions = names.Where(n => n == "ADMINISTER" ? site.Users.Administers(accountId) : site.Users.Find(accountId) is not null),
            projectPermissions = Array.Empty<object>(),
        });
    }

    private IResult Issue(HttpContext context)
    {
        if (site.Issues.Find((string)context.Request.RouteValues["key"]!) is not { } issue)
        {
            return Error(StatusCodes.Status404NotFound, "Issue does not exist or you do not have permission to see it.");
        }

        var fields = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["summary"] = issue.Summary,
            ["status"] = new { name = issue.Status },
            ["issuetype"] = new { name = issue.Type },
            ["priority"] = new { name = issue.Priority },
            ["project"] = Describe(issue.Project),
            ["created"] = issue.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture),
        };
        var wanted = context.Request.Query["fields"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Results.Json(new
        {
            expand = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
            id = issue.Id.ToString(CultureInfo.InvariantCulture),
            self = Self($"issue/{issue.Id}"),
            key = issue.Key,
            fields = fields.Where(f => wanted.Length == 0 || wanted.Contains("*all", StringComparer.Ordinal) || wanted.Contains(f.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
        });
    }

    private IResult Project(HttpContext context)
    {
        var key = (string)context.Request.RouteValues["key"]!;
        return site.Issues.FindProject(key) is { } project ? Results.Json(Describe(project)) : Error(StatusCodes.Status404NotFound, $"No project could be found with key '{key}'.");
    }

    private object Describe(JiraProject project) => new
    {
        self = Self($"project/{project.Id}"),
        id = project.Id.ToString(CultureInfo.InvariantCulture),
        key = project.Key,
        name = project.Name,
        projectTypeKey = "software",
    };

    private string Self(string path) => new Uri(site.BaseUrl, $"/rest/api/3/{path}").AbsoluteUri;

    private RequestDelegate Guarded(Func<HttpContext, IResult> handle) => Guarded(context => Task.FromResult(handle(context)));

    // Even the permission check is a read, though it is a POST.
    private RequestDelegate Guarded(Func<HttpContext, Task<IResult>> handle) =>
        async context => await (_guard.Check(context, family: null, "READ") ?? await handle(context)).ExecuteAsync(context);
}
