using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Trail.Reading;

/// <summary>Finds what the trail tells of an issue or entity, over the days that are kept.</summary>
public sealed class TrailReader(AppTables tables, IProjects projects, TrailHints hints, TimeProvider clock)
{
    private const int MostEntities = 50;
    private const int MostSteps = 500;
    private const int ParallelReads = 8;

    public async Task<TrailAnswer> ReadAsync(Link link, TrailQuery query, CancellationToken cancellationToken)
    {
        if (query.Host is { } host && !string.Equals(host, link.Host.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase))
        {
            return Nothing([$"The link is with {link.Host.GetLeftPart(UriPartial.Authority)}; the address is of another server."]);
        }

        var paths = await PathsAsync(link, cancellationToken);
        long? projectId = null;

        if (query.ProjectPath is { } path)
        {
            // A server may have GitLab below a path of its own.
            var root = link.Host.AbsolutePath.Trim('/') + '/';
            path = query.Host is not null && path.StartsWith(root, StringComparison.OrdinalIgnoreCase) ? path[root.Length..] : path;
            projectId = paths.Where(known => string.Equals(known.Value, path, StringComparison.OrdinalIgnoreCase)).Select(known => (long?)known.Key).FirstOrDefault();

            if (projectId is null)
            {
                return Nothing(TrailHints.OfUnknownProject(link, path));
            }
        }

        var days = Days().ToList();
        var found = await FindAsync(link, query, projectId, days, cancellationToken);
        var shown = found.Take(MostEntities).ToList();
        var notes = await NotesAsync(link, shown, days, cancellationToken);

        if (notes.Count == 0)
        {
            return Nothing(await hints.OfNothingAsync(link, query, cancellationToken));
        }

        // What was found out about the link as a whole in between.
        var first = notes[0].At;
        notes = [.. notes.Concat((await NotesAsync(link, [TrailSubject.OfLink(link.Id)], days, cancellationToken)).Where(n => n.At >= first)).OrderBy(n => n.At).ThenBy(n => n.Order, StringComparer.Ordinal)];

        var names = notes.Where(n => n.Note.Subject.Name is not null).ToLookup(n => Id(n.Note.Subject), n => n.Note.Subject.Name);
        var entities = shown.Select(s => new TrailEntity(Name(s.Kind!.Value), s.ProjectId, paths.GetValueOrDefault(s.ProjectId), s.EntityId, names[Id(s)].FirstOrDefault())).ToList();
        var steps = notes
            .SelectMany(n => TrailSteps.Of(n.Note, n.At, n.Note.Subject.Kind is null ? null : shown.FindIndex(s => Id(s) == Id(n.Note.Subject))))
            // One hook names several entities, and its repetitions are received once.
            .DistinctBy(step => (step.At, step.Entity, step.Reason, step.DeliveryId, step.Sequence))
            .OrderBy(step => step.At)
            .ToList();

        var more = new List<string>();

        if (found.Count > shown.Count)
        {
            more.Add(string.Create(CultureInfo.InvariantCulture, $"{found.Count - shown.Count} more entities are left out. Ask for one of them by its own name."));
        }

        if (steps.Count > MostSteps)
        {
            more.Add(string.Create(CultureInfo.InvariantCulture, $"{steps.Count - MostSteps} earlier steps are left out."));
            steps = steps[^MostSteps..];
        }

        more.AddRange(await hints.OfAsync(link, [.. notes.Select(n => n.Note).Where(note => note.Subject.Kind is not null)], cancellationToken));
        return new TrailAnswer(TrailReasons.Listed, entities, steps, more);
    }

    private static TrailAnswer Nothing(IReadOnlyList<string> hints) => new(TrailReasons.NothingKnown, [], [], hints);

    private async Task<Dictionary<long, string>> PathsAsync(Link link, CancellationToken cancellationToken)
    {
        var paths = new Dictionary<long, string>();

        await foreach (var project in projects.ListAsync(link.Id, cancellationToken))
        {
            paths[project.ProjectId] = project.Path;
        }

        return paths;
    }

    /// <summary>Which entities are meant, those with the latest rows first.</summary>
    private static async Task<List<TrailSubject>> FindAsync(Link link, TrailQuery query, long? projectId, List<AppTable> days, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<(EntityKind?, long, string), (TrailSubject Subject, int Day)>();
        var searches = query.IssueKey is { } key
            ? days.Select((table, day) => (Table: table, Day: day, Filter: Range(link, TableKey.Of(TrailTable.Key, key)), Target: (TrailTarget?)null))
            : days.SelectMany((table, day) => query.Targets.Select(target => (Table: table, Day: day, Filter: Filter(link, target, projectId), Target: (TrailTarget?)target)));

        await Parallel.ForEachAsync(
            searches,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken },
            async (search, token) =>
            {
                await foreach (var row in search.Table.QueryAsync(search.Filter, columns: null, token))
                {
                    if (Enum.TryParse<EntityKind>(row.GetString(nameof(TrailSubject.Kind)), out var kind)
                        && (search.Target is null || IsMeant(row, search.Target)))
                    {
                        var subject = new TrailSubject(link.Id, row.GetInt64(nameof(TrailSubject.ProjectId)) ?? 0, kind, row.GetString(nameof(TrailSubject.EntityId)) ?? "");
                        found.AddOrUpdate(Id(subject), (subject, search.Day), (_, known) => known.Day < search.Day ? known : (subject, search.Day));
                    }
                }
            });

        return [.. found.Values.OrderBy(f => f.Day).ThenBy(f => f.Subject.Kind).ThenBy(f => f.Subject.ProjectId).ThenBy(f => f.Subject.EntityId, StringComparer.Ordinal).Select(f => f.Subject)];
    }

    private static string Filter(Link link, TrailTarget target, long? projectId)
    {
        var range = Range(link, target.Kind.ToString());
        var name = target.By switch
        {
            TrailBy.Name => TableClient.CreateQueryFilter($" and Name eq {target.Value}"),
            TrailBy.Sha => TableClient.CreateQueryFilter($" and Name ge {target.Value} and Name lt {target.Value + "g"}"),
            TrailBy.Id when target.Kind is EntityKind.Branch => TableClient.CreateQueryFilter($" and EntityId eq {target.Value}"),
            _ => "",
        };

        return range + name + (projectId is { } project ? TableClient.CreateQueryFilter($" and ProjectId eq {project}") : "");
    }

    private static string Range(Link link, string prefix)
    {
        var (partition, from, before) = (TrailTable.PartitionKey(link.Id), prefix + "!", prefix + "\"");
        return TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {before}");
    }

    /// <summary>What a filter cannot say.</summary>
    private static bool IsMeant(TableEntity row, TrailTarget target) => (target.By, (row.GetString(nameof(TrailSubject.EntityId)) ?? "").Split('/')) switch
    {
        (TrailBy.Id, [.., var id]) => id.EndsWith(target.Value, StringComparison.Ordinal),
        (TrailBy.Environment, [_, var environment, _]) => environment.EndsWith(target.Value, StringComparison.Ordinal) && environment.AsSpan(0, environment.Length - target.Value.Length) is "" or [.., '-'],
        (TrailBy.Number, [_, _, var number]) => string.Equals(number, target.Value, StringComparison.Ordinal),
        (TrailBy.Environment or TrailBy.Number, _) => false,
        _ => true,
    };

    private static async Task<List<(TrailNote Note, DateTimeOffset At, string Order)>> NotesAsync(Link link, IReadOnlyList<TrailSubject> subjects, List<AppTable> days, CancellationToken cancellationToken)
    {
        var notes = new ConcurrentBag<(TrailNote Note, DateTimeOffset At, string Order)>();

        await Parallel.ForEachAsync(
            subjects.SelectMany(subject => days.Select(table => (Subject: subject, Table: table))),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken },
            async (search, token) =>
            {
                var prefix = TrailTable.Prefix(search.Subject.Kind, search.Subject.ProjectId, search.Subject.EntityId);

                await foreach (var row in search.Table.ListAsync(TrailTable.PartitionKey(link.Id), prefix, token))
                {
                    notes.Add(TrailTable.Read(link.Id, row));
                }
            });

        return [.. notes.OrderBy(n => n.At).ThenBy(n => n.Order, StringComparer.Ordinal)];
    }

    /// <summary>Today first.</summary>
    private IEnumerable<AppTable> Days()
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return Enumerable.Range(0, TrailTable.KeptFor.Days + 1).Select(ago => tables.Get(TrailTable.Name, today.AddDays(-ago)));
    }

    private static (EntityKind?, long, string) Id(TrailSubject subject) => (subject.Kind, subject.ProjectId, subject.EntityId);

    private static string Name(EntityKind kind) => kind switch
    {
        EntityKind.MergeRequest => "merge_request",
        EntityKind.Build => "pipeline",
        EntityKind.FeatureFlag => "feature_flag",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
