using System.Globalization;
using GitLabJira.Sandbox.World;

namespace GitLabJira.WholeApp.Tests.Operations;

/// <summary>What a collector gets of one push: a trace from the webhook through the queue to Jira, in which nobody is named.</summary>
[TestClass]
public sealed class TraceTests(TestContext test)
{
    private const int Server = 2;
    private const int Client = 3;
    private const int Consumer = 5;

    [TestMethod]
    public async Task One_trace_leads_from_the_webhook_to_Jira_and_names_nobody()
    {
        await using var collector = await TraceCollector.StartAsync(test.CancellationToken);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            // The stand-ins' requests say that nobody records them, which only keeps the clock; GitLab's say nothing.
            ["OTEL_TRACES_SAMPLER"] = "always_on",
        };

        await using (var world = await SandboxWorld.StartAsync(new WorldOptions { Processes = 1, Settings = settings }, test.CancellationToken))
        {
            using var admin = await JiraAdmin.ReadyAsync(world, "olivia", test.CancellationToken);
            await admin.LinkedAsync(world.GitLab.State.Group("acme").Id, test.CancellationToken);
            await world.AdvanceAsync(TimeSpan.FromMinutes(3), test.CancellationToken);
            var before = collector.Spans.Count;

            world.GitLab.Push("olivia", world.GitLab.State.Project("acme/shop/checkout").Id, "SHOP-1-anvil", "SHOP-1 Give the anvil a handle");
            await world.AdvanceAsync(TimeSpan.FromMinutes(1), test.CancellationToken);
            var jira = world.Jira.BaseUrl;

            // What is exported lies behind what is done by the machine's own time.
            var began = TimeProvider.System.GetTimestamp();

            while (!Traces(collector, before, jira).Any() && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(50, test.CancellationToken);
            }

            var trace = Traces(collector, before, jira).FirstOrDefault();
            Assert.IsNotNull(trace, string.Join('\n', collector.Spans.Skip(before).OrderBy(span => span.TraceId, StringComparer.Ordinal).Select(span => $"{span.TraceId} {span.Kind} {span.Name} {span.Attributes.GetValueOrDefault("server.port")}")));
            var work = trace.Single(span => span is { Kind: Consumer, Name: "process hook" });
            Assert.Contains(work.ParentId, trace.Where(span => span.Kind is Server).Select(span => span.SpanId));
            Assert.IsTrue(trace.Any(span => span.Kind is Client && IsOf(span, new Uri(world.GitLab.BaseUrl))), "It reads GitLab in between.");
        }

        foreach (var secret in new[] { "anvil", "olivia", "acme/shop", "Bearer", "JWT " })
        {
            Assert.DoesNotContain(secret, collector.Everything);
        }
    }

    private static IEnumerable<List<CollectedSpan>> Traces(TraceCollector collector, int before, Uri jira) => collector.Spans.Skip(before)
        .GroupBy(span => span.TraceId, StringComparer.Ordinal)
        .Where(trace => trace.Any(span => span.Kind is Server) && trace.Any(span => span.Name is "process hook") && trace.Any(span => span.Kind is Client && IsOf(span, jira)))
        .Select(trace => trace.ToList());

    private static bool IsOf(CollectedSpan span, Uri address) => span.Attributes.GetValueOrDefault("server.port") == address.Port.ToString(CultureInfo.InvariantCulture);
}
