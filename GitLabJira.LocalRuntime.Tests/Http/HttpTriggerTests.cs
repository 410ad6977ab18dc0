using System.Net;
using System.Net.Sockets;
using System.Text;
using GitLabJira.LocalRuntime.Tests.Hosting;
using GitLabJira.LocalRuntime.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GitLabJira.LocalRuntime.Tests.Http;

[TestClass]
public sealed class HttpTriggerTests(TestContext test)
{
    private const string NoPrefix = """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""";

    [TestMethod]
    [DataRow("/Plain", "plain GET", DisplayName = "the function's name is its route")]
    [DataRow("/plain", "plain GET", DisplayName = "whatever the case")]
    [DataRow("/links/2f1c1cf2-2a5a-4a09-a6f7-3b6b52f4f3aa", "2f1c1cf22a5a4a09a6f73b6b52f4f3aa", DisplayName = "guid constraint")]
    [DataRow("/optional", "none", DisplayName = "optional segment absent")]
    [DataRow("/optional/x", "x", DisplayName = "optional segment present")]
    [DataRow("/files/a/b%20c/d", "a/b c/d", DisplayName = "catch-all")]
    [DataRow("/files", "none", DisplayName = "empty catch-all")]
    [DataRow("/files/known", "literal", DisplayName = "a literal route goes before a catch-all")]
    [DataRow("/key/ABC-12", "ABC-12", DisplayName = "regex constraint")]
    [DataRow("/typed/7", "7  True", DisplayName = "absent nullable and default")]
    [DataRow("/typed/7?since=2024-05-01T00:00:00Z&flag=false", "7 2024 False", DisplayName = "from the query")]
    [DataRow("/typed/7?id=8", "7  True", DisplayName = "the route goes before the query")]
    public async Task Finds_the_function_of_a_route(string path, string expected)
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);

        Assert.AreEqual(expected, await host.Http.GetStringAsync(new Uri(path, UriKind.Relative), test.CancellationToken));
    }

    [TestMethod]
    [DataRow("GET", "/unknown")]
    [DataRow("GET", "/links/not-a-guid", DisplayName = "value that breaks the constraint")]
    [DataRow("GET", "/key/abc")]
    [DataRow("POST", "/plain", DisplayName = "wrong method")]
    [DataRow("HEAD", "/plain", DisplayName = "HEAD is a method of its own")]
    [DataRow("OPTIONS", "/plain")]
    [DataRow("GET", "/api/plain")]
    public async Task Answers_an_empty_404_when_there_is_none(string method, string path)
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);

        using var answer = await SendAsync(host, method, path);

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.AreEqual("", await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    [DataRow("GET")]
    [DataRow("PUT")]
    [DataRow("OPTIONS")]
    public async Task Takes_every_method_when_none_is_named(string method)
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);

        using var answer = await SendAsync(host, method, "/any");

        Assert.AreEqual(method, await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task Chooses_by_method_between_functions_of_one_route()
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);
        var id = Guid.NewGuid();

        using var answer = await SendAsync(host, "POST", $"/links/{id}");

        Assert.AreEqual($"posted {id:N}", await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    [DataRow(null, "/api/plain")]
    [DataRow("""{ "extensions": { "http": { "routePrefix": "v1/x" } } }""", "/v1/x/plain")]
    public async Task Puts_the_prefix_of_host_json_before_every_route(string? hostJson, string path)
    {
        await using var host = await TestHost.StartAsync(Web(TestHost.CreateBuilder([typeof(RouteSamples)], hostJson)));

        Assert.AreEqual("plain GET", await host.Http.GetStringAsync(new Uri(path, UriKind.Relative), test.CancellationToken));
    }

    [TestMethod]
    public async Task Keeps_the_root_for_the_hosts_own_page()
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);

        using var answer = await SendAsync(host, "GET", "/");

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("/action", 201, """{"someName":1}""")]
    [DataRow("/result", 200, """{"someName":1}""")]
    [DataRow("/writes", 200, "written")]
    [DataRow("/nothing", 200, "")]
    [DataRow("/poco", 200, "", DisplayName = "a plain object is not written, as in Azure")]
    [DataRow("/text", 200, "", DisplayName = "nor a string")]
    [DataRow("/throws", 500, "", DisplayName = "an exception is an empty 500")]
    public async Task Answers_what_the_function_returns(string path, int status, string body)
    {
        await using var host = await StartAsync([typeof(AnswerSamples)]);

        using var answer = await SendAsync(host, "GET", path);

        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.AreEqual(body, await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task Keeps_headers_that_were_set_before_the_result()
    {
        await using var host = await StartAsync([typeof(AnswerSamples)]);

        using var answer = await SendAsync(host, "GET", "/result");

        Assert.AreEqual("yes", answer.Headers.GetValues("x-before").Single());
    }

    [TestMethod]
    public async Task Logs_the_exception_of_a_function()
    {
        await using var host = await StartAsync([typeof(AnswerSamples)]);

        using var answer = await SendAsync(host, "GET", "/throws");

        var log = host.Logs.GetSnapshot().Single(l => l.Level is LogLevel.Error);
        Assert.AreEqual("Function Throws failed.", log.Message);
        Assert.IsInstanceOfType<InvalidOperationException>(log.Exception);
    }

    [TestMethod]
    [DataRow("/needs", DisplayName = "absent")]
    [DataRow("/needs?number=x", DisplayName = "of another type")]
    public async Task Answers_500_when_a_parameter_cannot_be_bound(string path)
    {
        await using var host = await StartAsync([typeof(RouteSamples)]);

        using var answer = await SendAsync(host, "GET", path);

        Assert.AreEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(l => l.Exception?.Message.Contains("'number'", StringComparison.Ordinal) is true, host.Logs.GetSnapshot());
    }

    [TestMethod]
    [DataRow(30_000_000, false, DisplayName = "at Kestrel's limit")]
    [DataRow(30_000_001, true, DisplayName = "above it")]
    public async Task Answers_500_to_a_body_above_the_limit(int length, bool refused)
    {
        await using var host = await StartAsync([typeof(AnswerSamples)]);
        using var client = new TcpClient();
        await client.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port, test.CancellationToken);
        var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"), test.CancellationToken);
        if (!refused)
        {
            await stream.WriteAsync(new byte[length], test.CancellationToken);
        }

        using var reader = new StreamReader(stream);
        Assert.AreEqual(refused ? "HTTP/1.1 500 Internal Server Error" : "HTTP/1.1 200 OK", await reader.ReadLineAsync(test.CancellationToken));
    }

    [TestMethod]
    public async Task Hides_what_a_caller_says_about_forwarding()
    {
        await using var host = await StartAsync([typeof(AnswerSamples)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/forwarded");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "app.example.com");

        using var answer = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual("http 127.0.0.1 False", await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    [DataRow("/api/open", null, null, 200)]
    [DataRow("/api/byKey", null, null, 401, DisplayName = "no key")]
    [DataRow("/api/byKey", "wrong", null, 401, DisplayName = "wrong key")]
    [DataRow("/api/byKey", "host-key", null, 200, DisplayName = "host key in the header")]
    [DataRow("/api/byKey", null, "host-key", 200, DisplayName = "host key in the query")]
    [DataRow("/api/byKey", "own-key", null, 200, DisplayName = "the function's own key")]
    [DataRow("/api/byKey", "master-key", null, 200, DisplayName = "master key")]
    [DataRow("/api/byDefault", null, null, 401, DisplayName = "without a level a key is asked for")]
    [DataRow("/api/byDefault", "own-key", null, 401, DisplayName = "another function's key")]
    [DataRow("/api/administration", "host-key", null, 401, DisplayName = "admin with a host key")]
    [DataRow("/api/administration", "master-key", null, 200, DisplayName = "admin with the master key")]
    public async Task Asks_for_the_key_of_the_level(string path, string? header, string? query, int status)
    {
        await using var host = await TestHost.StartAsync(Web(TestHost.CreateBuilder(
            [typeof(KeySamples)], settings: [("Functions__Keys__default", "host-key"), ("Functions__Keys__ByKey", "own-key"), ("Functions__Keys___master", "master-key")])));
        using var request = new HttpRequestMessage(HttpMethod.Get, query is null ? path : $"{path}?code={query}");
        if (header is not null)
        {
            request.Headers.Add("x-functions-key", header);
        }

        using var answer = await host.Http.SendAsync(request, test.CancellationToken);

        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.AreEqual("", await answer.Content.ReadAsStringAsync(test.CancellationToken));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("default")]
    public async Task Lets_nobody_in_when_no_key_is_set(string presented)
    {
        await using var host = await TestHost.StartAsync(Web(TestHost.CreateBuilder([typeof(KeySamples)])));

        using var answer = await SendAsync(host, "GET", $"/api/byKey?code={presented}");

        Assert.AreEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [TestMethod]
    public async Task Runs_startup_filters_around_functions_but_not_around_the_hosts_own_answers()
    {
        var builder = Web(TestHost.CreateBuilder([typeof(RouteSamples)], NoPrefix));
        builder.Services.AddTransient<IStartupFilter, HeaderFilter>();
        await using var host = await TestHost.StartAsync(builder);

        using var found = await SendAsync(host, "GET", "/plain");
        using var unknown = await SendAsync(host, "GET", "/unknown");

        Assert.IsTrue(found.Headers.Contains("x-filter"));
        Assert.IsFalse(unknown.Headers.Contains("x-filter"));
    }

    [TestMethod]
    public async Task Gives_each_invocation_one_scope_that_ends_with_it()
    {
        var builder = Web(TestHost.CreateBuilder([typeof(ScopeSample)], NoPrefix));
        List<ScopedThing> things = [];
        builder.Services.AddScoped(_ =>
        {
            var thing = new ScopedThing();
            things.Add(thing);
            return thing;
        });
        await using var host = await TestHost.StartAsync(builder);

        var first = await host.Http.GetStringAsync(new Uri("/scope", UriKind.Relative), test.CancellationToken);
        var second = await host.Http.GetStringAsync(new Uri("/scope", UriKind.Relative), test.CancellationToken);

        Assert.AreNotEqual(first, second);
        StringAssert.EndsWith(first, " True True True False", StringComparison.Ordinal);
        Assert.HasCount(2, things);
        Assert.IsTrue(things.TrueForAll(t => t.IsDisposed));
    }

    [TestMethod]
    public async Task Shows_the_request_to_middleware_that_was_added_after_the_web_application()
    {
        List<string> seen = [];
        var builder = TestHost.CreateBuilder([typeof(RouteSamples)], NoPrefix);
        builder.UseMiddleware((context, next) => Note(seen, "before", context, next));
        Web(builder);
        builder.UseMiddleware((context, next) => Note(seen, "after", context, next));
        await using var host = await TestHost.StartAsync(builder);

        await host.Http.GetStringAsync(new Uri("/plain", UriKind.Relative), test.CancellationToken);

        CollectionAssert.AreEqual(new[] { "before no", "after yes" }, seen);
    }

    [TestMethod]
    public async Task Cancels_the_function_when_its_caller_goes_away()
    {
        var probe = new WaitingProbe();
        var builder = Web(TestHost.CreateBuilder([typeof(WaitingSample)], NoPrefix));
        builder.Services.AddSingleton(probe);
        await using var host = await TestHost.StartAsync(builder);
        using var patience = new CancellationTokenSource();

        var call = host.Http.GetAsync(new Uri("/wait", UriKind.Relative), patience.Token);
        await probe.Started.Task.WaitAsync(test.CancellationToken);
        await patience.CancelAsync();

        await probe.Cancelled.Task.WaitAsync(test.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
    }

    [TestMethod]
    public async Task Lets_virtual_time_pass_while_a_function_waits_for_it()
    {
        using var clock = new VirtualClock(DateTimeOffset.UnixEpoch);
        var builder = Web(TestHost.CreateBuilder([typeof(WaitingSample)], NoPrefix, clock));
        builder.Services.AddSingleton<WaitingProbe>();
        await using var host = await TestHost.StartAsync(builder);

        Assert.AreEqual("01:00:00", await host.Http.GetStringAsync(new Uri("/hour", UriKind.Relative), test.CancellationToken));
    }

    private static FunctionsApplicationBuilder Web(FunctionsApplicationBuilder builder) => builder.ConfigureFunctionsWebApplication();

    private static Task<TestHost> StartAsync(Type[] classes) => TestHost.StartAsync(Web(TestHost.CreateBuilder(classes, NoPrefix)));

    private static Task Note(List<string> seen, string place, FunctionContext context, Func<Task> next)
    {
        seen.Add($"{place} {(context.GetHttpContext() is null ? "no" : "yes")}");
        return next();
    }

    private async Task<HttpResponseMessage> SendAsync(TestHost host, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await host.Http.SendAsync(request, test.CancellationToken);
    }

    private sealed class HeaderFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(run => http =>
            {
                http.Response.Headers["x-filter"] = "yes";
                return run(http);
            });
            next(app);
        };
    }
}
