using System.Globalization;
using GitLabJira.Functions.Operations;
using GitLabJira.Functions.Trail.Reading;
using Spectre.Console;

namespace GitLabJira.Operator;

/// <summary>Shows answers as tables that a person can read.</summary>
internal sealed class Screen(IAnsiConsole console)
{
    private const int ShortId = 12;

    public void Show(IReadOnlyList<FailureView> failures)
    {
        if (failures.Count == 0)
        {
            console.WriteLine("Nothing has failed.");
            return;
        }

        var table = Table("Id", "Queue", "Kind", "Link", "Failed", "Times", "Why");

        foreach (var failure in failures)
        {
            Row(table, failure.Id, failure.Queue, failure.Kind, failure.Link?.ToString(), Time(failure.FailedAt), Number(failure.Times), failure.Why);
        }

        console.Write(table);
    }

    public int Show(FailureView failure)
    {
        var grid = new Grid().AddColumn().AddColumn();

        foreach (var (name, value) in (IEnumerable<(string, string?)>)
        [
            ("Id", failure.Id),
            ("Queue", failure.Queue),
            ("Kind", failure.Kind),
            ("Link", failure.Link?.ToString()),
            ("Site", failure.Site),
            ("Delivery", failure.DeliveryId),
            ("Project", failure.ProjectId?.ToString(CultureInfo.InvariantCulture)),
            ("Entity", failure.EntityId),
            ("Sequence", failure.Sequence?.ToString(CultureInfo.InvariantCulture)),
            ("Received", failure.ReceivedAt is { } received ? Time(received) : null),
            ("Failed", Time(failure.FailedAt)),
            ("Kept since", Time(failure.KeptAt)),
            ("Times", Number(failure.Times)),
            ("Size", $"{Number(failure.Bytes)} bytes, sealed"),
            ("Why", failure.Why),
        ])
        {
            if (value is not null)
            {
                grid.AddRow(new Text(name), new Text(value));
            }
        }

        console.Write(grid);
        return 0;
    }

    public int Show(TrailAnswer answer)
    {
        if (answer.Entities.Count > 0)
        {
            var names = new Table { Border = TableBorder.None, ShowHeaders = false };
            names.AddColumns("", "", "", "");

            foreach (var (index, entity) in answer.Entities.Index())
            {
                Row(names, Number(index + 1), entity.Kind, entity.Project ?? entity.ProjectId.ToString(CultureInfo.InvariantCulture), entity.Name is { } name ? $"{name} ({Short(entity.Id)})" : Short(entity.Id));
            }

            console.Write(names);

            var steps = Table("Time", "#", "What");

            foreach (var step in answer.Steps)
            {
                Row(steps, Time(step.At), step.Entity is { } entity ? Number(entity + 1) : "", step.Sequence is { } sequence ? $"{step.Text} (sequence {sequence}{(step.Lane is { } lane ? ", " + lane : "")})" : step.Text);
            }

            console.Write(steps);
        }
        else
        {
            console.WriteLine("Nothing is known of it.");
        }

        foreach (var hint in answer.Hints)
        {
            console.WriteLine($"- {hint}");
        }

        return 0;
    }

    public int Show(IReadOnlyList<LinkReport> links)
    {
        var table = Table("Link", "Site", "Group", "State", "Hook", "Sync");

        foreach (var link in links)
        {
            Row(table, link.Id.ToString(), link.Site, $"{link.GitLab}/{link.GroupPath}", link.StateReason is { } why ? $"{link.State}: {why}" : link.State, link.Hook, link.RunId is null ? "" : "running");
        }

        console.Write(table);
        return 0;
    }

    public int Show(IReadOnlyList<SiteReport> sites)
    {
        var table = Table("Site", "State", "Waits", "Live", "Repair", "Backfill");

        foreach (var site in sites)
        {
            var waits = site.Families.Select(family => $"{family.Key} until {Time(family.Value)}").ToList();

            if (site.WaitsUntil is { } until)
            {
                waits.Insert(0, $"until {Time(until)}{(site.WaitsBecause is { } why ? $" ({why})" : "")}");
            }

            Row(table, site.Site, site.State, string.Join(Environment.NewLine, waits), Counted(site.Live), Counted(site.Repair), Counted(site.Backfill));
        }

        console.Write(table);
        return 0;
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        return table.AddColumns(columns);
    }

    // Text, not markup: what stands in rows is nobody's formatting.
    private static void Row(Table table, params IEnumerable<string?> cells) => table.AddRow(cells.Select(cell => new Text(cell ?? "")));

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Counted(int rows) => rows < OperatorDesk.MostCounted ? Number(rows) : $"{Number(rows)} or more";

    private static string Short(string id) => id.Length <= ShortId ? id : id[..ShortId] + "…";
}
