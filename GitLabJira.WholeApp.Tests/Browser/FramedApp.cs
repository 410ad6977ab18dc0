using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.Jira;
using GitLabJira.Sandbox.Jira.Issues;
using GitLabJira.Sandbox.World;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>The app's page in the frame of the Jira page, and the person before it.</summary>
internal sealed class FramedApp : IAsyncDisposable
{
    private static readonly Lazy<Task<SandboxWorld>> Shared = new(StartWorldAsync);
    private static readonly SemaphoreSlim Advancing = new(1);
    private static int _people;

    private FramedApp(SandboxWorld world, JiraUser user, Visitor visitor)
    {
        World = world;
        User = user;
        Visitor = visitor;
        Frame = visitor.Page.FrameLocator("#frame iframe");
    }

    public SandboxWorld World { get; }

    /// <summary>Who Jira takes the person for at first.</summary>
    public JiraUser User { get; }

    public Visitor Visitor { get; }

    public IPage Page => Visitor.Page;

    public IFrameLocator Frame { get; }

    /// <summary>The sentence that the page shows on top.</summary>
    public ILocator Flag => Frame.Locator("#messages .message");

    /// <summary>A site admin whom no other test knows opens the page; all these tests share a world, as sign-ins belong to accounts.</summary>
    public static async Task<FramedApp> OpenAsync(Func<Visitor, Task>? first = null)
    {
        var world = await Shared.Value;
        var number = Interlocked.Increment(ref _people);
        var admin = world.Jira.Users.Add($"admin-{number}", $"Admin {number}", email: null, JiraUsers.JiraUsersGroup, JiraUsers.SiteAdmins);
        return await OpenAsync(world, admin, first);
    }

    /// <summary>The GitLab server that these tests share.</summary>
    public static async Task<Uri> GitLabAsync() => new((await Shared.Value).GitLab.BaseUrl);

    /// <summary>Somebody else opens the page.</summary>
    public static async Task<FramedApp> OpenAsync(Func<JiraUsers, JiraUser> who)
    {
        var world = await Shared.Value;
        return await OpenAsync(world, who(world.Jira.Users), first: null);
    }

    /// <summary>Lets time pass for everybody in the shared world.</summary>
    public async Task AdvanceAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        await Advancing.WaitAsync(cancellationToken);

        try
        {
            await World.AdvanceAsync(span, cancellationToken);
        }
        finally
        {
            Advancing.Release();
        }
    }

    /// <summary>From now on Jira knows the person as somebody else, as after a sign-in in another tab.</summary>
    public Task BecomeAsync(JiraUser user) => BecomeAsync(Visitor, World.Jira, user);

    /// <summary>The person's choice in Jira, of which its bridge tells the page.</summary>
    public async Task ChooseThemeAsync(ColorScheme theme)
    {
        var mode = theme.ToString().ToLowerInvariant();
        await Page.Locator(".who summary").ClickAsync();
        await Page.Locator($"[data-mode={mode}]").ClickAsync();
        await Page.Locator(".who summary").ClickAsync();
        await Assertions.Expect(Frame.Locator("html")).ToHaveAttributeAsync("data-color-mode", mode);
    }

    /// <summary>Presses the button that opens GitLab's window.</summary>
    public Task<IPage> OpenGitLabAsync() => Visitor.OpensAsync(() => Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" }).ClickAsync());

    /// <summary>Chooses an account of GitLab and reaches its consent page.</summary>
    public static async Task ChooseAsync(IPage gitLab, string username)
    {
        await gitLab.ClickAsync($"button[value={username}]");
        await ArrivesAtAsync(gitLab, "/oauth/authorize");
    }

    /// <summary>Asks the browser again and again: waiting for the event of an arrival misses one that comes while the wait begins.</summary>
    public static Task ArrivesAtAsync(IPage page, string path) => Assertions.Expect(page).ToHaveURLAsync(new Regex($"^https?://[^/]+{Regex.Escape(path)}[?]", RegexOptions.None, TimeSpan.FromSeconds(1)));

    public static Task AuthorizeAsync(IPage gitLab) => gitLab.ClickAsync("button[value=authorize]");

    /// <summary>Signs in as somebody whom no other test knows, as GitLab asks for consent once.</summary>
    /// <returns>A group of theirs.</returns>
    public async Task<GitLabGroup> SignInAsync(string username)
    {
        World.GitLab.CreateUser(username, username);
        var group = World.GitLab.CreateGroup(username, $"Group of {username}", GitLabPlan.Premium);
        var gitLab = await OpenGitLabAsync();
        await ChooseAsync(gitLab, username);
        await AuthorizeAsync(gitLab);
        return group;
    }

    /// <summary>Searches a group in the dialog.</summary>
    /// <returns>The button that links it.</returns>
    public async Task<ILocator> FindAsync(GitLabGroup group)
    {
        await Frame.GetByRole(AriaRole.Button, new() { Name = "Link groups" }).ClickAsync();
        await Frame.GetByLabel("Search groups").FillAsync(group.Path);
        var link = Frame.GetByRole(AriaRole.Button, new() { Name = $"Link {group.FullPath}", Exact = true });
        await Assertions.Expect(link).ToBeEnabledAsync();
        return link;
    }

    /// <summary>The row of a linked group.</summary>
    public ILocator Row(GitLabGroup group) => Frame.Locator("tr[data-link]").Filter(new() { HasText = group.FullPath });

    /// <summary>Signs in once more, with the account that is signed in at GitLab already.</summary>
    public async Task SignInAgainAsync(string username)
    {
        await AuthorizeAsync(await OpenGitLabAsync());
        await Assertions.Expect(Frame.Locator("#account")).ToContainTextAsync($"@{username}");
    }

    public ValueTask DisposeAsync() => Visitor.DisposeAsync();

    private static async Task<FramedApp> OpenAsync(SandboxWorld world, JiraUser user, Func<Visitor, Task>? first)
    {
        var visitor = await Visitor.ComeAsync();
        await BecomeAsync(visitor, world.Jira, user);

        if (first is not null)
        {
            await first(visitor);
        }

        await visitor.Page.GotoAsync(new Uri(world.Jira.BaseUrl, $"/plugins/servlet/ac/{world.Jira.App!.Descriptor.Key}/gitlab-configuration").AbsoluteUri);
        return new FramedApp(world, user, visitor);
    }

    private static Task BecomeAsync(Visitor visitor, JiraSite jira, JiraUser user) =>
        visitor.RememberAsync(new Cookie { Name = "jira-user", Value = user.AccountId, Url = jira.BaseUrl.AbsoluteUri });

    private static async Task<SandboxWorld> StartWorldAsync()
    {
        var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1 }, CancellationToken.None);
        AtTheEnd.Do(async () => await world.DisposeAsync());
        await world.Jira.InstallAsync(world.Descriptor);
        return world;
    }
}
