using GitLabJira.Sandbox.Jira.Apps;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>JSON views and switches of the stand-in. Nothing of this exists in real Jira.</summary>
internal sealed class SandboxRoutes(JiraSite site, PageShell shell)
{
    /// <summary>A page of another site cannot set it, so it cannot press these buttons.</summary>
    private const string OwnPage = "X-Own-Page";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/state", State);
        routes.MapGet("/sandbox/requests", () => Results.Json(site.RequestLog.Where(r => r.IsApi).Reverse().Take(200).Select(Describe)));
        routes.MapGet("/sandbox/scenes", Scenes);
        routes.MapGet("/sandbox/issues", Issues);
        routes.MapGet("/sandbox/issues/{key}", Development);

        var acts = routes.MapGroup("/sandbox").AddEndpointFilter(async (context, next) =>
            context.HttpContext.Request.Headers.ContainsKey(OwnPage) ? await next(context) : Results.StatusCode(StatusCodes.Status403Forbidden));
        acts.MapPost("/user", SignIn);
        acts.MapPost("/context-token", (HttpContext context) => site.App is null ? Results.NotFound() : Results.Json(new { token = site.ContextToken(shell.UserOf(context).AccountId) }));
        acts.MapPost("/apps/{act}", ActAsync);
        acts.MapPost("/faults/{name}", SwitchFault);
        acts.MapPost("/issues", CreateIssue);
    }

    private static object Describe(LoggedRequest request) => new
    {
        request.Number,
        at = request.At,
        request.Method,
        request.Path,
        request.Query,
        request.Status,
        milliseconds = (int)request.Duration.TotalMilliseconds,
        request.Fault,
        post = request.Post is not { } post ? null : new
        {
            post.Family,
            post.Backfill,
            post.PreventTransitions,
            post.Properties,
            accepted = post.Accepted.GroupBy(k => k.Kind).ToDictionary(g => g.Key.ToString(), g => g.Count(), StringComparer.Ordinal),
            failed = post.Failed.Count,
            post.UnknownIssueKeys,
        },
    };

    private IResult State() => Results.Json(new
    {
        site.Name,
        site.BaseUrl,
        site.CloudId,
        app = site.App is not { } app ? null : new { app.Key, app.Descriptor.Name, app.ClientKey, app.InstalledAt },
        pending = site.State.PendingCount,
        site.State.Version,
        counts = Enum.GetValues<EntityKind>().ToDictionary(k => k.ToString(), site.State.Count, StringComparer.Ordinal),
        entities = site.State.All().Select(Describe),
        automation = site.Automation.Select(Describe),
        violations = site.Violations.Select(v => v.ToString()),
    });

    private static object Describe(StoredEntity entity) => new
    {
        kind = entity.Key.Kind.ToString(),
        entity.Key.RepositoryId,
        entity.Key.Id,
        entity.Sequence,
        entity.IssueKeys,
        entity.Properties,
        entity.StoredAt,
        entity.Data,
    };

    private static object Describe(AutomationEvent fired) => new
    {
        fired.At,
        trigger = fired.Trigger.ToString(),
        entity = fired.Entity.ToString(),
        fired.IssueKeys,
        fired.Commands,
    };

    private IResult Scenes() => Results.Json(new
    {
        counts = Enum.GetValues<EntityKind>().ToDictionary(k => k.ToString(), site.State.Count, StringComparer.Ordinal),
        pending = site.State.PendingCount,
        requests = site.RequestLog.Where(r => r.IsApi).Reverse().Take(40).Select(Describe),
        violations = site.Violations.Reverse().Take(40).Select(v => new { v.At, kind = v.Kind.ToString(), v.Message }),
        automation = site.Automation.Reverse().Take(40).Select(Describe),
        faults = site.Faults.Active.Select(f => $"{f.Kind} {(f.StatusCode == 0 ? "" : f.StatusCode)} {f.Path}"),
    });

    private IResult Issues() => Results.Json(new
    {
        site.State.Version,
        issues = site.Issues.All
            .Select(i => (i.Key, Held: site.State.OfIssue(i.Key)))
            .Where(i => i.Held.Count > 0)
            .ToDictionary(
                i => i.Key,
                i => new
                {
                    branches = i.Held.Count(e => e.Key.Kind is EntityKind.Branch),
                    commits = i.Held.Count(e => e.Key.Kind is EntityKind.Commit),
                    pullRequests = i.Held.Where(e => e.Key.Kind is EntityKind.PullRequest).GroupBy(e => e.Text("status") ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
                    builds = i.Held.Where(e => e.Key.Kind is EntityKind.Build).Select(e => e.Text("state")).FirstOrDefault(),
                    deployments = i.Held.Count(e => e.Key.Kind is EntityKind.Deployment),
                    flags = i.Held.Count(e => e.Key.Kind is EntityKind.FeatureFlag),
                },
                StringComparer.Ordinal),
    });

    private IResult Development(HttpContext context, string key)
    {
        if (site.Issues.Find(key) is null)
        {
            return Results.NotFound();
        }

        // One version for the whole site is enough: a page looks once a second.
        if (context.Request.Query["since"] == site.State.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            return Results.NoContent();
        }

        var version = site.State.Version;
        return Results.Json(new
        {
            version,
            now = site.Clock.Now,
            entities = site.State.OfIssue(key).Select(e => new
            {
                kind = e.Key.Kind.ToString(),
                id = e.Key.ToString(),
                repository = e.Key.RepositoryId is { } id ? site.State.Find(EntityKey.Repository(id))?.Text("name") ?? id : null,
                repositoryUrl = e.Key.RepositoryId is { } of ? site.State.Find(EntityKey.Repository(of))?.Text("url") : null,
                e.Data,
            }),
        });
    }

    private IResult SignIn(HttpContext context)
    {
        if (site.Users.Find(context.Request.Query["accountId"]) is not { } user)
        {
            return Results.NotFound();
        }

        PageShell.SignIn(context, user);
        return Results.NoContent();
    }

    private async Task<IResult> ActAsync(HttpContext context, string act)
    {
        if (!site.Users.Administers(shell.UserOf(context).AccountId))
        {
            return Results.Json(new { problem = "Only Jira administrators can manage apps." }, statusCode: StatusCodes.Status403Forbidden);
        }

        try
        {
            switch (act)
            {
                case "install" when Uri.TryCreate(context.Request.Query["descriptorUrl"], UriKind.Absolute, out var url) && url.Scheme is "http" or "https":
                    await site.InstallAsync(url, cancellationToken: context.RequestAborted);
                    break;
                case "uninstall" when site.App is not null:
                    await site.UninstallAsync(context.RequestAborted);
                    break;
                case "upgrade" when site.App is not null:
                    await site.UpgradeAsync(context.RequestAborted);
                    break;
                case "rotate" when site.App is not null:
                    await site.RotateSecretAsync(context.RequestAborted);
                    break;
                default:
                    return Results.Json(new { problem = "That is not possible now." }, statusCode: StatusCodes.Status400BadRequest);
            }

            return Results.NoContent();
        }
        catch (AppInstallException failure)
        {
            return Results.Json(new { problem = failure.Message }, statusCode: StatusCodes.Status422UnprocessableEntity);
        }
    }

    private IResult SwitchFault(string name)
    {
        site.Faults.Clear();
        var fault = name switch
        {
            "delay" => Fault.Delay(TimeSpan.FromSeconds(3)),
            "429" => Fault.TooManyRequests(TimeSpan.FromSeconds(10), "jira-burst-based"),
            "503" => Fault.Status(StatusCodes.Status503ServiceUnavailable),
            "drop" => Fault.Drop(),
            "lose" => Fault.LoseAnswer(),
            _ => null,
        };
        if (fault is not null)
        {
            site.Faults.Add(fault);
        }

        return Results.NoContent();
    }

    private IResult CreateIssue(HttpContext context)
    {
        var (project, summary) = (context.Request.Query["project"].ToString(), context.Request.Query["summary"].ToString());
        return site.Issues.FindProject(project) is null || summary.Length is 0 or > 255
            ? Results.BadRequest()
            : Results.Json(new { key = site.Issues.Add(project, summary, assigneeId: shell.UserOf(context).AccountId).Key });
    }
}
