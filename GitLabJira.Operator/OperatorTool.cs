using System.CommandLine;
using Azure;
using Azure.Identity;
using GitLabJira.Functions;
using GitLabJira.Functions.Operations;
using GitLabJira.Functions.Trail.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace GitLabJira.Operator;

/// <summary>The operator's command line: what the app's calls under <c>operations</c> do, by the same code, straight over the storage account.</summary>
public static class OperatorTool
{
    private const int Failed = 1;

    /// <returns>0 when it was done, else 1.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, IConfiguration settings, TimeProvider clock, IAnsiConsole console, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(settings)
            .AddSingleton(clock)
            // Tables are for people; what the app would log goes nowhere.
            .AddLogging(logging => logging.ClearProviders())
            .AddApp(settings)
            .BuildServiceProvider();

        try
        {
            return await Commands(services, console).Parse(args).InvokeAsync(new InvocationConfiguration { Output = console.Profile.Out.Writer, Error = console.Profile.Out.Writer, EnableDefaultExceptionHandler = false }, cancellationToken);
        }
        catch (OptionsValidationException wrong)
        {
            return Refuse(console, string.Join(Environment.NewLine, wrong.Failures));
        }
        catch (Exception unreachable) when (unreachable is RequestFailedException or AggregateException or AuthenticationFailedException)
        {
            // The client gathers what each of its attempts met.
            var last = unreachable is AggregateException { InnerExceptions: [.., var met] } ? met : unreachable;
            return Refuse(console, last is RequestFailedException { Status: > 0 } answered
                ? $"The storage account refused: {answered.Status} {answered.ErrorCode}."
                : $"The storage account cannot be reached ({last.GetType().Name}).");
        }
    }

    private static RootCommand Commands(ServiceProvider services, IAnsiConsole console)
    {
        var screen = new Screen(console);
        var id = new Argument<string>("id") { Description = "Id of the failure." };
        var all = new Option<bool>("--all") { Description = "All failures, or those of --queue and --link." };
        var maybeId = new Argument<string?>("id") { Description = "Id of the failure.", Arity = ArgumentArity.ZeroOrOne };
        var queue = new Option<string?>("--queue") { Description = "gitlab-events, jira-deliveries, jira-backfill, reconciles or outbox." };
        var link = new Option<Guid?>("--link") { Description = "Id of a link." };
        var ofLink = new Option<Guid>("--link") { Description = "Id of the link.", Required = true };
        var what = new Argument<string>("query") { Description = TrailQuery.Rule };

        var list = new Command("list", "Lists what nobody could process, with reasons.") { queue, link };
        list.SetAction(async (given, cancel) =>
        {
            var filter = new FailureFilter(given.GetValue(queue), given.GetValue(link));
            var failures = new List<FailureView>();
            string? next = null;

            do
            {
                (var page, next) = await Desk().ListFailuresAsync(filter, next, OperatorDesk.LargestPage, cancel);
                failures.AddRange(page);
            }
            while (next is not null);

            screen.Show([.. failures.OrderBy(failure => failure.FailedAt)]);
            return 0;
        });

        var show = new Command("show", "Shows one failure.") { id };
        show.SetAction(async (given, cancel) => await Desk().FindFailureAsync(given.GetRequiredValue(id), cancel) is { } failure ? screen.Show(failure) : NotThere(console));

        var replay = new Command("replay", "Puts failures back where they failed, as they were.") { maybeId, all, queue, link };
        replay.SetAction(async (given, cancel) =>
        {
            if (given.GetValue(all) == (given.GetValue(maybeId) is not null))
            {
                return Refuse(console, "Name the id of a failure, or --all.");
            }

            if (given.GetValue(maybeId) is { } one)
            {
                return await Desk().ReplayAsync(one, cancel) ? Say(console, "1 replayed.") : NotThere(console);
            }

            var filter = new FailureFilter(given.GetValue(queue), given.GetValue(link));
            var (replayed, hasMore) = await Desk().ReplayAllAsync(filter, cancel);
            return Say(console, hasMore ? $"{replayed} replayed. There are more: call again." : $"{replayed} replayed.");
        });

        var drop = new Command("drop", "Removes a failure for good.") { id };
        drop.SetAction(async (given, cancel) => await Desk().DropAsync(given.GetRequiredValue(id), cancel) ? Say(console, "Dropped.") : NotThere(console));

        var trail = new Command("trail", "Tells what became of an issue, merge request, branch, commit, pipeline, deployment or flag.") { what, ofLink };
        trail.SetAction(async (given, cancel) =>
            TrailQuery.Parse(given.GetRequiredValue(what)) is not { } query ? Refuse(console, $"The query {TrailQuery.Rule}")
            : await Desk().TrailAsync(given.GetValue(ofLink), query, cancel) is { } answer ? screen.Show(answer)
            : Refuse(console, "There is no such link. The verb links lists them."));

        var links = new Command("links", "Lists the links of all sites.");
        links.SetAction(async (_, cancel) => screen.Show(await Desk().ListLinksAsync(cancel)));

        var sites = new Command("sites", "Lists all sites: state, waits, and rows in the outbox.");
        sites.SetAction(async (_, cancel) => screen.Show(await Desk().ListSitesAsync(cancel)));

        return new RootCommand("Looks after GitLabJira. Takes the app's own settings from the environment or local.settings.json.")
        {
            new Command("poison", "What nobody could process.") { list, show, replay, drop },
            trail,
            links,
            sites,
        };

        OperatorDesk Desk() => services.GetRequiredService<OperatorDesk>();
    }

    private static int NotThere(IAnsiConsole console) => Refuse(console, "There is no such failure: it was replayed or dropped, or never there.");

    private static int Say(IAnsiConsole console, string text)
    {
        console.WriteLine(text);
        return 0;
    }

    internal static int Refuse(IAnsiConsole console, string why)
    {
        console.MarkupLineInterpolated($"[red]{why}[/]");
        return Failed;
    }
}
