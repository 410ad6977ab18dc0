using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>Finds the page of a path. Who has not signed in is sent to the sign-in and back; what somebody cannot see is not there.</summary>
internal sealed class PageFront(GitLabSite site)
{
    /// <summary>Where the Sandbox's own controls are; faults never hit them.</summary>
    public const string ControlRoot = "/-/sandbox";

    private const string Cookie = "_gitlab_session";
    private const string Assets = "/assets/";
    private readonly PageSessions _sessions = new();

    /// <param name="path">Raw, without the relative root.</param>
    public async Task AnswerAsync(HttpContext http, string path)
    {
        if (path.StartsWith(Assets, StringComparison.Ordinal))
        {
            await AssetAsync(http, path[Assets.Length..]);
            return;
        }

        var page = new PageRequest(http, site, Session(http));

        if (HttpMethods.IsPost(http.Request.Method))
        {
            await PostAsync(page, path);
            return;
        }

        if (path is "/users/sign_in")
        {
            await SignInPages.ShowAsync(page);
            return;
        }

        if (page.User is null or { IsBlocked: true })
        {
            http.Response.Redirect($"{page.Root}/users/sign_in?return_to={Uri.EscapeDataString($"{page.Root}{path}{http.Request.QueryString}")}");
            return;
        }

        await GetAsync(page, path);
    }

    private static Task GetAsync(PageRequest page, string path)
    {
        if (path is "/" or "")
        {
            return Dashboard.ShowAsync(page);
        }

        if (path is "/oauth/authorize")
        {
            return SignInPages.AuthorizeAsync(page);
        }

        if (path is ControlRoot + "/faults")
        {
            return FaultPages.ShowAsync(page);
        }

        // GitLab keeps "/-/" between the path of a thing and what is asked of it.
        var name = Uri.UnescapeDataString(path.Trim('/'));
        var cut = name.IndexOf("/-/", StringComparison.Ordinal);
        var (owner, rest) = cut < 0 ? (name, "") : (name[..cut], name[(cut + 3)..]);
        owner = owner.StartsWith("groups/", StringComparison.Ordinal) ? owner["groups/".Length..] : owner;

        if (page.State.FindGroup(owner) is { } group && Access.CanSee(page.State, page.Reader, group, page.Now))
        {
            return GroupPageAsync(page, group, rest);
        }

        return FindProject(page, owner) is { } project ? ProjectPageAsync(page, project, rest) : NotFoundAsync(page);
    }

    private static Task GroupPageAsync(PageRequest page, GitLabGroup group, string rest) => rest switch
    {
        "" => GroupPages.ShowAsync(page, group),
        "hooks" when Access.EffectiveOf(page.State, page.Reader, group, page.Now) >= AccessLevel.Owner =>
            HookPages.ShowAsync(page, group.FullName, hook => hook.GroupId == group.Id, GroupPages.Side(page, group, "hooks")),
        _ => NotFoundAsync(page),
    };

    private static Task ProjectPageAsync(PageRequest page, GitLabProject project, string rest)
    {
        var (what, argument) = rest.IndexOf('/', StringComparison.Ordinal) is > 0 and var cut ? (rest[..cut], rest[(cut + 1)..]) : (rest, "");

        if (what is not ("" or "hooks") && !Access.CanReadCode(page.State, page.Reader, project, page.Now))
        {
            return NotFoundAsync(page);
        }

        return what switch
        {
            "" => ProjectPages.OverviewAsync(page, project),
            "branches" => ProjectPages.BranchesAsync(page, project),
            "commits" or "tree" => ProjectPages.CommitsAsync(page, project, argument.Length == 0 ? project.DefaultBranch : argument),
            "commit" when project.Commits.TryGetValue(argument, out var commit) => ProjectPages.CommitAsync(page, project, commit),
            "merge_requests" when argument.Length == 0 => MergeRequestPages.ListAsync(page, project),
            "merge_requests" when argument is "new" => MergeRequestPages.NewAsync(page, project),
            "merge_requests" when long.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var iid) && project.MergeRequests.TryGetValue(iid, out var one) =>
                MergeRequestPages.ShowAsync(page, project, one),
            "pipelines" or "environments" or "feature_flags" or "jobs" or "deployments" => ProjectPages.PipelinesAsync(page, project),
            "hooks" when Access.EffectiveOf(page.State, page.Reader, project, page.Now) >= AccessLevel.Maintainer =>
                HookPages.ShowAsync(page, project.NameWithNamespace, hook => hook.ProjectId == project.Id, ProjectPages.Side(page, project, "hooks")),
            _ => NotFoundAsync(page),
        };
    }

    private async Task PostAsync(PageRequest page, string path)
    {
        var form = page.Http.Request.HasFormContentType ? await page.Http.Request.ReadFormAsync() : FormCollection.Empty;

        // Cross-site request forgery: a form that this instance did not hand out carries no token.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form["authenticity_token"].ToString()), Encoding.UTF8.GetBytes(page.Session.FormToken)))
        {
            await SiteHttp.WriteTextAsync(page.Http, 422, "The change you requested was rejected: the form is out of date.");
            return;
        }

        switch (path)
        {
            case "/users/sign_in":
                SignIn(page, form);
                return;
            case "/users/sign_out":
                _sessions.End(page.Http.Request.Cookies[Cookie]!);
                page.Http.Response.Cookies.Delete(Cookie);
                page.Http.Response.Redirect($"{page.Root}/users/sign_in");
                return;
        }

        if (page.User is null or { IsBlocked: true })
        {
            page.Http.Response.Redirect($"{page.Root}/users/sign_in");
            return;
        }

        if (path is "/oauth/authorize")
        {
            SignInPages.Decide(page, form);
        }
        else if (path is ControlRoot + "/faults")
        {
            FaultPages.Change(page, form);
        }
        else if (path.EndsWith("/-/act", StringComparison.Ordinal) && FindProject(page, Uri.UnescapeDataString(path[1..^"/-/act".Length])) is { } project)
        {
            ProjectActs.Do(page, project, form);
        }
        else
        {
            await NotFoundAsync(page);
        }
    }

    /// <summary>A new session with the sign-in, so that nobody can plant one beforehand.</summary>
    private void SignIn(PageRequest page, IFormCollection form)
    {
        if (page.Http.Request.Cookies[Cookie] is { } old)
        {
            _sessions.End(old);
        }

        SignInPages.SignIn(new PageRequest(page.Http, site, Begin(page.Http)), form);
    }

    private PageSession Session(HttpContext http) => _sessions.Find(http.Request.Cookies[Cookie]) ?? Begin(http);

    private PageSession Begin(HttpContext http)
    {
        var (cookie, session) = _sessions.Begin();
        http.Response.Cookies.Append(Cookie, cookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
        return session;
    }

    private static GitLabProject? FindProject(PageRequest page, string fullPath) =>
        page.State.FindProject(fullPath) is { } project && Access.CanSee(page.State, page.Reader, project, page.Now) ? project : null;

    private static Task NotFoundAsync(PageRequest page) =>
        Layout.ShowAsync(page, "Not found", $"""<section class="card narrow"><h1>404: Page not found</h1><p>Make sure the address is correct and that your account may see it.</p></section>""", status: 404);

    private static async Task AssetAsync(HttpContext http, string name)
    {
        var type = name switch
        {
            "site.css" => "text/css; charset=utf-8",
            "site.js" => "text/javascript; charset=utf-8",
            "icon.svg" => "image/svg+xml",
            _ => null,
        };

        if (type is null)
        {
            await SiteHttp.WriteTextAsync(http, 404, "Not found");
            return;
        }

        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentType = type;
        await using var asset = typeof(PageFront).Assembly.GetManifestResourceStream($"gitlab/{name}")!;
        await asset.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
