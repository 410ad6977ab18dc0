using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace GitLabJira.WholeApp.Tests.Browser;

/// <summary>How a screen looks in both themes and on a phone.</summary>
internal static class Looks
{
    private static readonly string[] OfColours = ["color-contrast", "link-in-text-block"];

    /// <summary>All rules in the first; then those of colours where only colours are others, and all but those where only the layout is.</summary>
    private static readonly (ColorScheme Theme, int Width, AxeRunOptions Rules)[] All =
    [
        (ColorScheme.Light, 1280, new()),
        (ColorScheme.Dark, 1280, new() { RunOnly = RunOnlyOptions.Rules(OfColours) }),
        (ColorScheme.Light, 360, new() { Rules = OfColours.ToDictionary(rule => rule, _ => new RuleOptions { Enabled = false }, StringComparer.Ordinal) }),
    ];

    /// <summary>A frame hears of its new width after the page does: meanwhile it would be judged by the old one.</summary>
    private const string Narrow = """
        async (html, width) => {
            const frame = () => new Promise(requestAnimationFrame);
            while (innerWidth > width) await frame();
            await frame();
            await frame();
        }
        """;

    /// <summary>The same on the way back: a click meanwhile hits where the button was.</summary>
    private const string Settle = """
        async () => {
            const frame = () => new Promise(requestAnimationFrame);
            while (innerWidth < 600) await frame();
            await frame();
            await frame();
        }
        """;

    /// <summary>Looks with axe, and whether anything stands out to the side. Pictures go where <c>SCREENSHOTS</c> names a folder.</summary>
    /// <param name="page">The tab.</param>
    /// <param name="html">The app's document in it.</param>
    /// <param name="choose">As a person chooses a theme.</param>
    /// <param name="screen">What is seen.</param>
    public static async Task CheckAsync(IPage page, ILocator html, Func<ColorScheme, Task> choose, string screen)
    {
        foreach (var (theme, width, rules) in All)
        {
            await page.SetViewportSizeAsync(width, 900);
            await html.EvaluateAsync(Narrow, width);
            await choose(theme);

            var found = (await html.RunAxe(rules)).Violations;
            var beyond = await html.EvaluateAsync<int>("html => html.scrollWidth - html.clientWidth");

            Assert.IsEmpty(found, $"{screen}, {theme}, {width}: {string.Join('\n', found.Select(Tell))}");
            Assert.AreEqual(0, beyond, $"{screen}, {theme}, {width}: something is wider than the page.");

            if (await html.GetByRole(AriaRole.Dialog).CountAsync() > 0)
            {
                var box = (await html.GetByRole(AriaRole.Dialog).BoundingBoxAsync())!;
                Assert.AreEqual(box.X, width - box.X - box.Width, 20, $"{screen}, {theme}, {width}: the dialog stands in the middle.");
            }

            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{screen}-{theme}-{width}.png".ToLowerInvariant()) });
            }
        }

        await page.SetViewportSizeAsync(1280, 900);
        await html.EvaluateAsync(Settle);
    }

    private static string Tell(AxeResultItem item) => $"{item.Id}: {item.Help} {string.Join(" | ", item.Nodes.Take(3).Select(node => node.Html))}";
}
