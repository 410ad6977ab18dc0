using System.Globalization;
using GitLabJira.LocalRuntime.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Tests.Invocation;

[TestClass]
public sealed class FunctionFinderTests
{
    private const string Schedule = "0 0 0 * * *";

    [TestMethod]
    [DataRow(typeof(InternalClass), "must be public")]
    [DataRow(typeof(InternalMethod), "must be public")]
    [DataRow(typeof(PublicInsideInternal.Inner), "must be public")]
    [DataRow(typeof(NoTrigger), "one trigger, not 0")]
    [DataRow(typeof(TwoTriggers), "one trigger, not 2")]
    [DataRow(typeof(RetryOnQueue), "retry attribute")]
    [DataRow(typeof(RetryOnHttp), "retry attribute")]
    [DataRow(typeof(AdminRoute), "must not begin with 'admin'")]
    [DataRow(typeof(RuntimeRoute), "must not begin with 'admin' or 'runtime'")]
    [DataRow(typeof(GenericMethod), "must not be generic")]
    [DataRow(typeof(AbstractClass), "must not be abstract")]
    [DataRow(typeof(BadName), "a name begins with a letter")]
    [DataRow(typeof(AsyncVoid), "async void")]
    public void Refuses(Type type, string reason)
    {
        var refused = Assert.ThrowsExactly<FunctionDefinitionException>(() => Find(type));

        StringAssert.Contains(refused.Problems.Single(), reason, StringComparison.Ordinal);
        StringAssert.Contains(refused.Message, type.Name, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Refuses_two_functions_of_one_name_whatever_its_case()
    {
        var refused = Assert.ThrowsExactly<FunctionDefinitionException>(() => Find(typeof(Good), typeof(SameName)));

        StringAssert.Contains(refused.Message, "is there 2 times", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Tells_everything_that_is_wrong_at_once()
    {
        var refused = Assert.ThrowsExactly<FunctionDefinitionException>(() => Find(typeof(NoTrigger), typeof(AdminRoute), typeof(BadName)));

        Assert.HasCount(3, refused.Problems);
    }

    [TestMethod]
    public void Describes_a_function_as_the_worker_does()
    {
        var function = Find(typeof(Good)).All.Single(f => f.Name == "good-http");

        Assert.AreEqual($"{typeof(Good).FullName}.Http", function.Definition.EntryPoint);
        Assert.AreEqual("httpTrigger", function.Definition.InputBindings["request"].Type);
        Assert.AreEqual("durableClient", function.Definition.InputBindings["client"].Type);
        Assert.AreEqual("http", function.Definition.OutputBindings["$return"].Type);
        CollectionAssert.AreEqual(new[] { "request", "client", "token" }, function.Definition.Parameters.Select(p => p.Name).ToList());
    }

    [TestMethod]
    public void Finds_functions_by_their_trigger()
    {
        var catalog = Find(typeof(Good));

        Assert.AreEqual("good-timer", catalog.TriggeredBy<TimerTriggerAttribute>().Single().Function.Name);
        Assert.AreEqual(2, catalog.TriggeredBy<TimerTriggerAttribute>().Single().Function.Retry?.MaxRetryCount);
        Assert.AreEqual(Schedule, catalog.TriggeredBy<TimerTriggerAttribute>().Single().Trigger.Schedule);
    }

    private static FunctionCatalog Find(params Type[] types) => FunctionFinder.Find(typeof(FunctionFinderTests).Assembly, types);
}
