using System.Collections.Concurrent;
using System.Reflection;
using GitLabJira.Sandbox.World;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>A person at a browser of their own, which blocks third-party cookies as browsers do. Keeps what the browser complains about: errors of scripts, refused content, missing files.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Atlassian's own script on Jira's side of the bridge misses Jira's frontend and says so.</summary>
    private const string BridgeTalk = "[ACJS]";

    private const string Themes = "https://connect-cdn.atl-paas.net/";

    /// <summary>
    /// For each window Chromium loads two pages of its own that make suggestions in the address bar, some 400 files: no window is seen here, and that took more time than our page.
    /// The rest is what Playwright switches off, as the last list counts.
    /// </summary>
    private const string Unused =
        "WebUIOmniboxPopup,WebUIOmniboxAimPopup," +
        "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,DialMediaRouteProvider,GlobalMediaControls,HttpsUpgrades,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning," +
        "BlockOriginHeaderModificationOnRedirect,AvoidCorsURLLoaderRestartOnRedirect,Translate,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled";

    private static readonly string BridgeFolder = typeof(SandboxWorld).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ConnectBridge").Value!;
    private static readonly Lazy<Task<IBrowser>> Running = new(LaunchAsync);

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        context.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.StartsWith(BridgeTalk, StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{message.Page?.Url}: {message.Text}");
            }
        };
        context.WebError += (_, error) => _complaints.Enqueue($"{error.Page?.Url}: {error.Error}");
    }

    /// <summary>The first tab.</summary>
    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Skips the test where no browser is installed; CI has one, and fails without.</summary>
    public static async Task<Visitor> ComeAsync()
    {
        if (!File.Exists(Chromium) && Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Inconclusive($"{Chromium} is not installed.");
        }

        var browser = await Running.Value;
        // Still pictures: drawing what turns and slides costs a machine without a graphics card more than all else.
        var context = await browser.NewContextAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(60_000);
        // Jira's themes lie at Atlassian's address, to which there is no way from here, and in its npm package.
        await context.RouteAsync($"{Themes}**", route => route.FulfillAsync(new() { Path = Path.Combine(BridgeFolder, new Uri(route.Request.Url).AbsolutePath.TrimStart('/')) }));
        return new Visitor(context, await context.NewPageAsync());
    }

    public Task<IPage> OpenTabAsync() => _context.NewPageAsync();

    /// <summary>What <paramref name="act"/> opens in a tab or window of its own.</summary>
    public Task<IPage> OpensAsync(Func<Task> act) => _context.RunAndWaitForPageAsync(act);

    public Task RememberAsync(Cookie cookie) => _context.AddCookiesAsync([cookie]);

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static async Task<IBrowser> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--test-third-party-cookie-phaseout", $"--disable-features={Unused}"] });
        Assertions.SetDefaultExpectTimeout(60_000);
        AtTheEnd.Do(async () =>
        {
            await browser.DisposeAsync();
            playwright.Dispose();
        });
        return browser;
    }
}
