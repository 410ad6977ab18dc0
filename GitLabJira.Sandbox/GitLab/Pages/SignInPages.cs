using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>The sign-in page, where the Sandbox's users are chosen instead of typed, and OAuth's consent page.</summary>
internal static class SignInPages
{
    public static Task ShowAsync(PageRequest page)
    {
        var returnTo = page.Query("return_to");
        var people = page.State.Users.Values.Where(user => !user.IsBlocked).OrderBy(user => user.Id);
        Html content = $"""
            <section class="card narrow">
              <h1>Sign in</h1>
              <p class="muted">This instance is a stand-in: choose who you are.</p>
              <form method="post" action="{page.Root}/users/sign_in" class="people">
                {Layout.FormToken(page)}
                <input type="hidden" name="return_to" value="{returnTo}">
                {people.Select(user => Person(page, user))}
              </form>
            </section>
            """;
        return Layout.ShowAsync(page, "Sign in", content);
    }

    /// <summary>Back to where the person wanted to go, but never to another site.</summary>
    public static void SignIn(PageRequest page, IFormCollection form)
    {
        if (page.State.FindUser(form["username"].ToString()) is not { IsBlocked: false } user)
        {
            page.Session.Flash = (true, "Your account has been blocked, or there is no such account.");
            page.Http.Response.Redirect($"{page.Root}/users/sign_in");
            return;
        }

        page.Session.UserId = user.Id;
        var target = form["return_to"].ToString();
        var isLocal = target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal) && !target.Contains('\\', StringComparison.Ordinal);
        page.Http.Response.Redirect(isLocal ? target : $"{page.Root}/");
    }

    public static Task AuthorizeAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        var check = page.Site.OAuth.Check(query);

        if (check.Error is { } error)
        {
            return Layout.ShowAsync(page, "An error has occurred", $"""<section class="card narrow"><h1>An error has occurred</h1><p>{error}</p></section>""", status: 401);
        }

        if (check.Redirect is { } redirect)
        {
            page.Http.Response.Redirect(redirect.ToString());
            return Task.CompletedTask;
        }

        var request = check.Request!;

        if (page.Site.OAuth.IsAuthorizedAlready(request, page.Reader.Id))
        {
            page.Http.Response.Redirect(page.Site.OAuth.Grant(request, page.Reader.Id).ToString());
            return Task.CompletedTask;
        }

        return Layout.ShowAsync(page, "Authorize", Consent(page, request, query));
    }

    public static void Decide(PageRequest page, IFormCollection form)
    {
        var check = page.Site.OAuth.Check(form.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));

        if (check.Request is not { } request)
        {
            page.Http.Response.StatusCode = 400;
            return;
        }

        var target = form["decision"] == "authorize" ? page.Site.OAuth.Grant(request, page.Reader.Id) : AuthorizationServer.Deny(request);
        page.Http.Response.Redirect(target.ToString());
    }

    private static Html Consent(PageRequest page, AuthorizeRequest request, Dictionary<string, string> query) => $"""
        <section class="card narrow">
          <h1>{request.Application.Name} is requesting access to your account on GitLab.</h1>
          <p class="who">{Layout.Avatar(page.Reader.Name)} {page.Reader.Name} · @{page.Reader.Username}</p>
          <p class="muted">The application was created by an administrator. After you decide you are sent to <strong>{new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority)}</strong>.</p>
          <ul class="scopes">{request.Scopes.Select(scope => (Html)$"<li><strong>{Explain(scope)}</strong><br><span class=\"muted\">Scope: {scope}</span></li>")}</ul>
          <form method="post" action="{page.Root}/oauth/authorize" class="actions">
            {Layout.FormToken(page)}
            {query.Select(pair => (Html)$"<input type=\"hidden\" name=\"{pair.Key}\" value=\"{pair.Value}\">")}
            <button name="decision" value="authorize" class="primary">Authorize {request.Application.Name}</button>
            <button name="decision" value="deny">Deny</button>
          </form>
        </section>
        """;

    private static Html Person(PageRequest page, GitLabUser user) => $"""
        <button name="username" value="{user.Username}">
          {Layout.Avatar(user.Name)}
          <span><strong>{user.Name}</strong><br><span class="muted">@{user.Username} · {RolesOf(page, user)}</span></span>
        </button>
        """;

    private static string RolesOf(PageRequest page, GitLabUser user)
    {
        if (user.IsAdmin)
        {
            return "administrator";
        }

        var roles = page.State.Groups.Values
            .Where(group => group.Members.ContainsKey(user.Id))
            .OrderByDescending(group => group.Members[user.Id].Level)
            .Take(2)
            .Select(group => $"{group.Members[user.Id].Level} of {group.FullPath}")
            .ToArray();
        return roles.Length == 0 ? "no groups" : string.Join(", ", roles);
    }

    private static string Explain(string scope) => scope switch
    {
        "api" => "Access the API on your behalf, with read and write access",
        "read_api" => "Read the API on your behalf",
        _ => "Read your profile",
    };
}
