using System.Globalization;
using System.Text;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>Webhooks with their state and what was delivered.</summary>
internal static class HookPages
{
    private const int Shown = 100;

    public static Task ShowAsync(PageRequest page, string title, Func<GitLabHook, bool> holds, Html side)
    {
        var hooks = page.State.Hooks.Values.Where(holds).ToArray();
        var ids = hooks.Select(hook => hook.Id).ToHashSet();
        var deliveries = page.Site.HookLog.All.Where(delivery => ids.Contains(delivery.HookId)).Reverse().Take(Shown).ToArray();
        Html content = $"""
            <h1>Webhooks of {title}</h1>
            {(hooks.Length == 0 ? Layout.Empty("There is no webhook here.") : (Html)$"<ul class=\"list\">{hooks.Select(hook => Hook(page, hook))}</ul>")}
            <h2>Recent deliveries <span class="count">{deliveries.Length}</span></h2>
            {(deliveries.Length == 0 ? Layout.Empty("Nothing has been delivered yet.") : (Html)$"<div class=\"log\">{deliveries.Select(delivery => Delivery(page, delivery))}</div>")}
            """;
        return Layout.ShowAsync(page, "Webhooks", content, side);
    }

    private static Html Hook(PageRequest page, GitLabHook hook)
    {
        var status = AutoDisable.AlertStatus(hook, page.Now);
        return $"""
            <li class="row">
              <span class="grow"><code>{hook.Url}</code><br>
              <span class="muted">{string.Join(", ", hook.Events.Select(name => name.Replace("_events", "", StringComparison.Ordinal).Replace('_', ' ')))}{(hook.SigningToken is not null ? " · signed" : hook.Token is not null ? " · with a token" : "")}</span></span>
              {Layout.Badge(status.Replace('_', ' '), status is "executable" ? "open" : "closed")}
              <span class="muted numbers">{hook.RecentFailures} failures in a row</span>
            </li>
            """;
    }

    private static Html Delivery(PageRequest page, HookDelivery delivery)
    {
        var result = delivery switch
        {
            { ResponseStatus: { } status } => status.ToString(CultureInfo.InvariantCulture),
            { Outcome: HookOutcome.HookDisabled } => "not sent: disabled",
            { Outcome: HookOutcome.RateLimited } => "not sent: rate limit",
            { Outcome: HookOutcome.Dropped } => "lost on purpose",
            _ => delivery.Outcome.ToString(),
        };
        return $"""
            <details class="delivery">
              <summary>
                {Layout.Badge(result, delivery.Outcome is HookOutcome.Delivered ? "open" : delivery.Outcome is HookOutcome.Waiting ? "neutral" : "closed")}
                <span class="grow">{delivery.Trigger.EventHeader()}</span>
                <span class="muted numbers">{delivery.Duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s · {page.Ago(delivery.HappenedAt)}</span>
              </summary>
              <h4>Request</h4>
              <pre>{string.Join('\n', delivery.RequestHeaders.Select(header => $"{header.Key}: {header.Value}"))}</pre>
              <pre>{Pretty(delivery)}</pre>
              <h4>Response</h4>
              <pre>{delivery.Error ?? string.Join('\n', delivery.ResponseHeaders.Select(header => $"{header.Key}: {header.Value}"))}
            {delivery.ResponseBody}</pre>
            </details>
            """;
    }

    private static string Pretty(HookDelivery delivery)
    {
        var text = Json.Pretty(delivery.Body.Span);
        return text.Length <= 20_000 ? text : new StringBuilder(text, 0, 20_000, 20_016).Append("\n…").ToString();
    }
}
