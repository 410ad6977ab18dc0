using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class ProviderLimitsTests
{
    [TestMethod]
    [DataRow(0, 400)]
    [DataRow(100, 202)]
    [DataRow(101, 400)]
    public async Task Takes_1_to_100_entities(int count, int status)
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(status, (await under.PostAsync(Sample.Builds, Sample.Of("builds", Enumerable.Range(1, count).Select(n => Sample.Build(number: n))))).Status);
        Assert.AreEqual(status, (await under.PostAsync(Sample.Deployments, Sample.Of("deployments", Enumerable.Range(1, count).Select(n => Sample.Deployment(n))))).Status);
        Assert.AreEqual(status, (await under.PostAsync(Sample.Flags, Sample.Of("flags", Enumerable.Range(1, count).Select(n => Sample.Flag($"f{n}"))))).Status);
    }

    [TestMethod]
    [DataRow("state", "\"running\"")]
    [DataRow("displayName", "null")]
    [DataRow("lastUpdated", "\"yesterday\"")]
    [DataRow("issueKeys", "[]")]
    [DataRow("updateSequenceNumber", "\"1\"")]
    [DataRow("references", "[]")]
    [DataRow("schemaVersion", "\"2.0\"")]
    [DataRow("testInfo", """{"totalNumber":1,"numberPassed":1}""")]
    public async Task Rejects_a_bad_build_and_takes_the_others(string field, string value)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bad = Sample.Build(number: 2);
        bad[field] = JsonNode.Parse(value);

        var answer = await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build(), bad));

        Assert.AreEqual(202, answer.Status);
        Assert.AreEqual("1", answer.Body.GetProperty("acceptedBuilds")[0].GetProperty("buildNumber").ToString());
        Assert.AreEqual("2", answer.Body.GetProperty("rejectedBuilds")[0].GetProperty("key").GetProperty("buildNumber").ToString());
        Assert.AreEqual(1, under.Site.State.Count(EntityKind.Build));
        Assert.AreEqual(ViolationKind.RejectedEntity, under.Site.Violations.Single().Kind);
    }

    [TestMethod]
    public async Task Errors_of_a_whole_request_are_a_bare_list()
    {
        await using var under = await SiteUnderTest.StartAsync();

        var answer = await under.PostAsync(Sample.Builds, new JsonObject());

        Assert.AreEqual(400, answer.Status);
        Assert.AreEqual(System.Text.Json.JsonValueKind.Array, answer.Body.ValueKind);
        Assert.IsGreaterThan(0, answer.Body[0].GetProperty("message").GetString()!.Length);
    }

    [TestMethod]
    [DataRow("issueKeys", 100, true)]
    [DataRow("issueKeys", 101, false)]
    [DataRow("associations", 500, true)]
    [DataRow("associations", 501, false)]
    public async Task Counts_the_issues_of_a_build(string form, int count, bool taken)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var keys = new JsonArray([.. Enumerable.Range(1, count).Select(i => (JsonNode)string.Create(CultureInfo.InvariantCulture, $"SHOP-{i}"))]);
        var build = Sample.Build();
        build.Remove("issueKeys");
        build[form] = form is "issueKeys" ? keys : new JsonArray(new JsonObject { ["associationType"] = "issueIdOrKeys", ["values"] = keys });

        await under.PostAsync(Sample.Builds, Sample.Of("builds", build));

        Assert.AreEqual(taken ? 1 : 0, under.Site.State.Count(EntityKind.Build));
    }

    [TestMethod]
    public async Task A_deployment_is_about_an_issue_and_may_name_commits()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commits = new JsonObject { ["associationType"] = "commit", ["values"] = new JsonArray(new JsonObject { ["commitHash"] = "c1", ["repositoryId"] = "42" }) };
        var (both, onlyCommits, service) = (Sample.Deployment(1), Sample.Deployment(2), Sample.Deployment(3));
        both["associations"]!.AsArray().Add(commits.DeepClone());
        onlyCommits["associations"] = new JsonArray(commits);
        service["associations"]!.AsArray().Add(new JsonObject { ["associationType"] = "serviceIdOrKeys", ["values"] = new JsonArray("svc-1") });

        var answer = await under.PostAsync(Sample.Deployments, Sample.Of("deployments", both, onlyCommits, service));

        Assert.AreEqual(2, under.Site.State.Count(EntityKind.Deployment));
        Assert.AreEqual("2", answer.Body.GetProperty("rejectedDeployments")[0].GetProperty("key").GetProperty("deploymentSequenceNumber").ToString());
        Assert.AreEqual("svc-1", answer.Body.GetProperty("unknownAssociations")[0].GetProperty("values")[0].GetString());
    }

    [TestMethod]
    public async Task Fails_a_flag_under_its_id()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bad = Sample.Flag("bad");
        bad["details"] = new JsonArray();

        var answer = await under.PostAsync(Sample.Flags, Sample.Of("flags", Sample.Flag("good"), bad));

        Assert.AreEqual("good", answer.Body.GetProperty("acceptedFeatureFlags")[0].GetString());
        Assert.AreEqual(1, answer.Body.GetProperty("failedFeatureFlags").GetProperty("bad").GetArrayLength());
    }

    [TestMethod]
    public async Task Rejects_what_is_only_about_unknown_issues()
    {
        await using var under = await SiteUnderTest.StartAsync();

        var build = await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build(key: "UTF-8")));
        var flag = await under.PostAsync(Sample.Flags, Sample.Of("flags", Sample.Flag(key: "UTF-8")));

        Assert.AreEqual(1, build.Body.GetProperty("rejectedBuilds").GetArrayLength());
        Assert.AreEqual("UTF-8", build.Body.GetProperty("unknownIssueKeys")[0].GetString());
        Assert.IsTrue(flag.Body.GetProperty("failedFeatureFlags").TryGetProperty("42-flag", out _));
        Assert.IsEmpty(under.Site.State.All());
        Assert.IsEmpty(under.Site.Violations);
    }

    [TestMethod]
    public async Task Reads_and_deletes_by_key()
    {
        await using var under = await SiteUnderTest.StartAsync();
        await under.PostAsync(Sample.Builds, Sample.Of("builds", Sample.Build()));
        await under.PostAsync(Sample.Deployments, Sample.Of("deployments", Sample.Deployment()));
        await under.PostAsync(Sample.Flags, Sample.Of("flags", Sample.Flag()));

        foreach (var path in new[] { "/rest/builds/0.1/pipelines/42-main/builds/1", "/rest/deployments/0.1/pipelines/7/environments/3/deployments/1", "/rest/featureflags/0.1/flag/42-flag" })
        {
            Assert.AreEqual(200, (await under.GetAsync(path)).Status);
            Assert.AreEqual(202, (await under.DeleteAsync(path)).Status);
            Assert.AreEqual(404, (await under.GetAsync(path)).Status);
        }

        Assert.IsEmpty(under.Site.Violations);
    }
}
