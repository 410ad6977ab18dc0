using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>What a browser that was never here fetches until somebody can press the first button.</summary>
[TestClass]
public sealed class FirstLoadTests(TestContext test)
{
    /// <summary>Of scripts over the wire, in bytes: 250 KB for all, of which Atlassian's own bridge takes 80 KB from its own servers.</summary>
    private const int ScriptBudget = (250 - 80) * 1024;

    /// <summary>Notes the time in the page itself, as a look from outside comes up to half a second later.</summary>
    private const string NoteFirstButton = """
        new MutationObserver((_, watch) => {
            if (!document.querySelector('.start-button button:enabled')) return;
            watch.disconnect();
            requestAnimationFrame(() => document.documentElement.firstButton = performance.now());
        }).observe(document, { childList: true, subtree: true });
        """;

    /// <summary>The note comes with the frame after the one in which the button is first seen.</summary>
    private const string ReadFirstButton = """
        html => new Promise(done => {
            const look = () => html.firstButton ? done(html.firstButton) : requestAnimationFrame(look);
            look();
        })
        """;

    [TestMethod]
    public async Task The_pages_scripts_keep_to_their_budget_and_come_compressed()
    {
        // The app has just begun to run; whoever comes next finds it warm.
        await LoadAsync("the first");
        await LoadAsync("the next");
    }

    private async Task LoadAsync(string visitor)
    {
        var loaded = new ConcurrentQueue<IResponse>();
        await using var app = await FramedApp.OpenAsync(visitor =>
        {
            visitor.Page.Response += (_, response) => loaded.Enqueue(response);
            return visitor.Page.AddInitScriptAsync(NoteFirstButton);
        });
        await Assertions.Expect(app.Frame.GetByRole(AriaRole.Button, new() { Name = "Sign in to GitLab" })).ToBeEnabledAsync();
        var took = await app.Frame.Locator("html").EvaluateAsync<double>(ReadFirstButton);

        var scripts = loaded.Where(response => response.Url.StartsWith(app.World.App.AbsoluteUri, StringComparison.Ordinal) && response.Request.ResourceType is "script").ToList();
        var bytes = 0;

        foreach (var script in scripts)
        {
            bytes += (await script.Request.SizesAsync()).ResponseBodySize;
            Assert.Contains(await script.HeaderValueAsync("content-encoding"), ["br", "gzip"], script.Url);
            Assert.Contains("immutable", await script.HeaderValueAsync("cache-control") ?? string.Empty, script.Url);
        }

        test.WriteLine($"{visitor}: {bytes / 1024} KB in {scripts.Count} scripts; the first button could be pressed {took:F0} ms after the frame began to load.");
        Assert.IsNotEmpty(scripts);
        Assert.IsLessThan(ScriptBudget, bytes);
        Assert.IsEmpty(app.Visitor.Complaints, string.Join('\n', app.Visitor.Complaints));
    }
}
