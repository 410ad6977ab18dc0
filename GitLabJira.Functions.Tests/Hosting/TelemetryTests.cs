using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Identity;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.Storage;
using GitLabJira.Functions.Trail;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
[DoNotParallelize] // Listeners of other tests hear the same sources.
public sealed class TelemetryTests
{
    [TestMethod]
    public void Is_not_there_unless_somebody_asks_for_it()
    {
        var services = new ServiceCollection().AddTelemetry(new ConfigurationBuilder().Build());

        Assert.IsEmpty(services);
    }

    [TestMethod]
    [DataRow(Telemetry.Collector, "http://127.0.0.1:4317")]
    [DataRow(Telemetry.ConnectionString, "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://127.0.0.1:1/")]
    public void Sends_traces_and_metrics_where_it_is_told_to_and_tells_the_host(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { [setting] = value }).Build();
        using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddTelemetry(configuration).BuildServiceProvider();

        Assert.IsNotNull(services.GetService<TracerProvider>());
        Assert.IsNotNull(services.GetService<MeterProvider>());
        var told = services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities;
        Assert.AreEqual(bool.TrueString, told["WorkerOpenTelemetryEnabled"]);
        Assert.AreEqual("1.37.0", told["WorkerOpenTelemetrySchemaVersion"], "Only this and 1.17.0 are known to the worker: it does not start with another.");
    }

    [TestMethod]
    [DataRow(null, false)]
    [DataRow("", false)]
    [DataRow("Authorization=Key", false)]
    [DataRow("ClientId=11111111-2222-3333-4444-555555555555;Authorization=AAD", true)]
    [DataRow("Authorization=AAD", true)]
    public void Writes_as_the_identity_that_the_setting_names(string? setting, bool expected)
    {
        Assert.AreEqual(expected, Telemetry.CredentialOf(setting) is ManagedIdentityCredential);
    }

    [TestMethod]
    public async Task Work_on_a_message_goes_on_with_the_trace_that_it_carries()
    {
        var sent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var done = new List<Activity>();
        using var listener = Listen(done);
        var messages = Mock.Of<ISealedMessages>(m => m.HeaderOf(It.IsAny<ReadOnlyMemory<byte>>()) == new MessageHeader { Id = "m", Kind = "a-test's", Trace = $"00-{sent.TraceId}-{sent.SpanId}-01" });
        var attempts = new QueueAttempts(Mock.Of<IFailures>(), messages, Mock.Of<ITrail>());
        string? within = null;

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => attempts.RunAsync(ReadOnlyMemory<byte>.Empty, () =>
        {
            within = AppTraces.Current;
            throw new InvalidOperationException("a name");
        }));

        var activity = done.Single(activity => activity.TraceId == sent.TraceId);
        Assert.AreEqual(sent.SpanId, activity.ParentSpanId);
        Assert.AreEqual(activity.Id, within, "What is sent or called meanwhile belongs to it.");
        Assert.AreEqual((ActivityStatusCode.Error, nameof(InvalidOperationException)), (activity.Status, activity.StatusDescription));
    }

    [TestMethod]
    public async Task A_message_without_a_trace_begins_one()
    {
        var done = new List<Activity>();
        using var listener = Listen(done);
        var messages = Mock.Of<ISealedMessages>(m => m.HeaderOf(It.IsAny<ReadOnlyMemory<byte>>()) == new MessageHeader { Id = "m", Kind = "without-a-trace" });

        await new QueueAttempts(Mock.Of<IFailures>(), messages, Mock.Of<ITrail>()).RunAsync(ReadOnlyMemory<byte>.Empty, () => Task.CompletedTask);

        Assert.AreEqual(ActivityStatusCode.Unset, done.Single(activity => activity.OperationName == "process without-a-trace").Status);
    }

    [TestMethod]
    [DataRow("acme.atlassian.net", "jira")]
    [DataRow("git.acme.example", "other")]
    [DataRow("gitlab.com", "gitlab.com")]
    [DataRow("st1.table.core.windows.net", "st1.table.core.windows.net")]
    public void Traces_tell_no_addresses_and_no_names_of_tenants(string host, string expected)
    {
        using var listener = Listen([]);
        using var source = new ActivitySource(AppTraces.SourceName);
        using var activity = source.StartActivity("GET", ActivityKind.Client)!;
        activity.SetTag("url.full", $"https://{host}/api/v4/projects/1/repository/branches/a-secret?token=x").SetTag("url.path", "/a-secret").SetTag("url.query", "?jwt=x").SetTag("server.address", host).SetTag("http.response.status_code", 200);
        using var privacy = new TracePrivacy();

        privacy.OnEnd(activity);

        Assert.AreSequenceEqual(new[] { $"http.response.status_code={200}", $"server.address={expected}" }, activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void The_trail_is_where_entities_are_counted_by_kind_and_end()
    {
        var counted = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == AppMetrics.MeterName)
            {
                meters.EnableMeasurementEvents(instrument);
            }
        }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (counted)
            {
                counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        listener.Start();

        new TrailStore(new StubTables().Tables, TimeProvider.System, NullLogger<TrailStore>.Instance).Add(new TrailNote
        {
            Subject = new TrailSubject(Guid.NewGuid(), 7, EntityKind.FeatureFlag, "7-acme"),
            Event = TrailEvent.NoNumber,
            Sight = TrailSight.Body,
        });

        lock (counted)
        {
            CollectionAssert.Contains(counted, "gitlabjira.entities 1 kind=FeatureFlag outcome=NoNumber");
            CollectionAssert.Contains(counted, "gitlabjira.reads 1 kind=FeatureFlag sight=Body");
        }
    }

    private static ActivityListener Listen(List<Activity> done)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == AppTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (done)
                {
                    done.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
