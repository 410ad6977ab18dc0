using System.Globalization;
using GitLabJira.Sandbox.GitLab.Faults;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>Where somebody makes the instance worse while it runs.</summary>
internal static class FaultPages
{
    public static Task ShowAsync(PageRequest page)
    {
        var faults = page.Site.Faults;
        var action = $"{page.Root}{PageFront.ControlRoot}/faults";
        Html content = $"""
            <h1>Faults</h1>
            <p class="muted">Whatever is switched on here happens to every client of this instance until it is removed.</p>
            {(faults.All.Count == 0 ? Layout.Empty("No request fails on purpose.") : (Html)$"<ul class=\"list\">{faults.All.Select(fault => Row(page, fault, action))}</ul>")}
            <div class="columns">
              <form method="post" action="{action}" class="card">
                <h2>Add a fault</h2>
                {Layout.FormToken(page)}
                <label>Path <input name="path" required value="/api/v4/*"></label>
                <label>What happens <select name="kind">{Enum.GetValues<FaultKind>().Select(kind => (Html)$"<option>{kind}</option>")}</select></label>
                <label>How many requests (empty: all) <input name="times" inputmode="numeric" pattern="[0-9]*"></label>
                <label>Seconds of delay or of Retry-After <input name="seconds" inputmode="numeric" pattern="[0-9]*" value="5"></label>
                <label>Status <input name="status" inputmode="numeric" pattern="[0-9]*" value="502"></label>
                <button name="act" value="add" class="primary">Add fault</button>
              </form>
              <form method="post" action="{action}" class="card">
                <h2>Whole instance</h2>
                {Layout.FormToken(page)}
                <label>Replica lag, seconds <input name="lag" inputmode="decimal" value="{faults.ReplicaLag.TotalSeconds}"></label>
                <label>Clock offset, seconds <input name="offset" inputmode="decimal" value="{faults.ClockOffset.TotalSeconds}"></label>
                <label>Hooks are delayed by up to, seconds <input name="hook_delay" inputmode="decimal" value="{(faults.Hooks?.MaxDelay ?? TimeSpan.Zero).TotalSeconds}"></label>
                <label>Share of hooks sent twice, 0 to 1 <input name="hook_double" inputmode="decimal" value="{faults.Hooks?.DoubleRate ?? 0}"></label>
                <label>Share of hooks lost, 0 to 1 <input name="hook_drop" inputmode="decimal" value="{faults.Hooks?.DropRate ?? 0}"></label>
                <label class="check"><input type="checkbox" name="empty_pages" value="1"{(faults.EmptyLaterBranchPages ? " checked" : "")}> Later offset pages of branches are empty</label>
                <button name="act" value="set" class="primary">Apply</button>
              </form>
            </div>
            """;
        return Layout.ShowAsync(page, "Faults", content);
    }

    public static void Change(PageRequest page, IFormCollection form)
    {
        var faults = page.Site.Faults;

        switch (form["act"].ToString())
        {
            case "add" when Enum.TryParse<FaultKind>(form["kind"].ToString(), out var kind):
                var seconds = TimeSpan.FromSeconds(Number("seconds", 5));
                faults.Add(new Fault(form["path"].ToString(), kind)
                {
                    Times = form["times"].ToString().Length == 0 ? null : (int)Number("times", 1),
                    Delay = seconds,
                    RetryAfter = seconds,
                    Status = (int)Math.Clamp(Number("status", 502), 400, 599),
                });
                break;
            case "remove" when Guid.TryParse(form["id"].ToString(), out var id):
                faults.Remove(id);
                break;
            case "set":
                faults.ReplicaLag = TimeSpan.FromSeconds(Number("lag", 0));
                faults.ClockOffset = TimeSpan.FromSeconds(Number("offset", 0));
                faults.EmptyLaterBranchPages = form["empty_pages"].ToString() is "1";
                var disorder = new HookDisorder(TimeSpan.FromSeconds(Number("hook_delay", 0)), Number("hook_double", 0), Number("hook_drop", 0));
                faults.Hooks = disorder is { MaxDelay.Ticks: 0, DoubleRate: 0, DropRate: 0 } ? null : disorder;
                break;
            default:
                page.Session.Flash = (true, "That is no fault.");
                break;
        }

        page.Http.Response.Redirect($"{page.Root}{PageFront.ControlRoot}/faults");

        double Number(string name, double otherwise) =>
            double.TryParse(form[name].ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Math.Abs(number) < 1e7 ? number : otherwise;
    }

    private static Html Row(PageRequest page, Fault fault, string action) => $"""
        <li class="row">
          {Layout.Badge(fault.Kind.ToString(), "closed")}
          <code class="grow">{fault.Method ?? "any"} {fault.Path}</code>
          <span class="muted numbers">{(fault.Times is { } times ? $"{times} requests" : "until removed")}</span>
          <form method="post" action="{action}">{Layout.FormToken(page)}<input type="hidden" name="id" value="{fault.Id}"><button name="act" value="remove" class="small">Remove</button></form>
        </li>
        """;
}
