using System.Text.Json.Nodes;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.WholeApp.Tests.Jira;

[TestClass]
public sealed class DevInfoLimitsTests
{
    [TestMethod]
    [DataRow(400, 202)]
    [DataRow(401, 400)]
    public async Task Takes_400_entities_of_a_kind_for_a_repository(int count, int status)
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { MaxBodyBytes = int.MaxValue });

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", Commits(count))));

        Assert.AreEqual(status, answer.Status);
        Assert.AreEqual(status == 202 ? count : 0, under.Site.State.Count(EntityKind.Commit));
        Assert.AreEqual(status == 202, under.Site.Violations.Count == 0);
    }

    [TestMethod]
    [DataRow(200, 202)]
    [DataRow(201, 400)]
    public async Task Takes_1000_entities_in_all(int inLast, int status)
    {
        await using var under = await SiteUnderTest.StartAsync(o => o with { MaxBodyBytes = int.MaxValue });

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(
            Sample.Repository("1", "commits", Commits(400)),
            Sample.Repository("2", "commits", Commits(400)),
            Sample.Repository("3", "commits", Commits(inLast))));

        Assert.AreEqual(status, answer.Status);
    }

    [TestMethod]
    [DataRow(100, 202)]
    [DataRow(101, 400)]
    public async Task Takes_100_repositories(int count, int status)
    {
        await using var under = await SiteUnderTest.StartAsync();

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Enumerable.Range(1, count).Select(r => Sample.Repository($"{r}", "commits", Sample.Commit()))));

        Assert.AreEqual(status, answer.Status);
    }

    [TestMethod]
    public async Task Refuses_a_request_without_entities_or_with_something_twice()
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(400, (await under.PostAsync(Sample.DevInfo, new JsonObject())).Status);
        Assert.AreEqual(400, (await under.PostAsync(Sample.DevInfo, Sample.Request([]))).Status);
        Assert.AreEqual(400, (await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("1", "commits", [])))).Status);
        Assert.AreEqual(400, (await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("1", "commits", Sample.Commit(), Sample.Commit())))).Status);
        Assert.AreEqual(400, (await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("1", "commits", Sample.Commit()), Sample.Repository("1", "branches", Sample.Branch())))).Status);
        Assert.AreEqual(400, (await under.SendAsync(HttpMethod.Post, Sample.DevInfo, "{")).Status);
        Assert.AreEqual(400, (await under.SendAsync(HttpMethod.Post, Sample.DevInfo, "[]")).Status);
        Assert.IsTrue(under.Site.Violations.All(v => v.Kind is ViolationKind.MalformedRequest));
    }

    [TestMethod]
    [DataRow("displayId", 255)]
    [DataRow("id", 1024)]
    [DataRow("hash", 255)]
    public async Task Takes_texts_of_a_commit_up_to_their_length(string field, int max)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var (fits, tooLong) = (Sample.Commit("a"), Sample.Commit("b"));
        fits[field] = new string('x', max);
        tooLong[field] = new string('y', max + 1);

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", fits, tooLong)));

        Assert.AreEqual(1, answer.Body.GetProperty("acceptedDevinfoEntities").GetProperty("42").GetProperty("commits").GetArrayLength());
        Assert.AreEqual(1, answer.Body.GetProperty("failedDevinfoEntities").GetProperty("42").GetProperty("commits").GetArrayLength());
        Assert.AreEqual(ViolationKind.RejectedEntity, under.Site.Violations.Single().Kind);
    }

    [TestMethod]
    [DataRow("id", "\"with/slash\"")]
    [DataRow("url", "\"no url\"")]
    [DataRow("url", "\"/relative\"")]
    [DataRow("authorTimestamp", "\"2026-03-01\"")]
    [DataRow("flags", "[\"MERGE\"]")]
    [DataRow("flags", "[\"MERGE_COMMIT\",\"MERGE_COMMIT\"]")]
    [DataRow("fileCount", "-1")]
    [DataRow("issueKeys", "[]")]
    [DataRow("issueKeys", "[\"S-1\"]")]
    [DataRow("issueKeys", "[\"SHOP1\"]")]
    [DataRow("message", "null")]
    [DataRow("author", "null")]
    [DataRow("updateSequenceId", "null")]
    [DataRow("files", """[{"path":"a","url":"https://x.example","changeType":"RENAMED","linesAdded":0,"linesRemoved":0}]""")]
    public async Task Fails_a_commit_with_a_bad_value_and_takes_the_others(string field, string value)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bad = Sample.Commit("bad");
        bad[field] = JsonNode.Parse(value);

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", bad, Sample.Commit("good"))));

        Assert.AreEqual(202, answer.Status);
        Assert.AreEqual("good", under.Site.State.All(EntityKind.Commit).Single().Key.Id);
        Assert.AreEqual(1, answer.Body.GetProperty("failedDevinfoEntities").GetProperty("42").GetProperty("commits").GetArrayLength());
    }

    [TestMethod]
    [DataRow("fileCount", "\"1\"")]
    [DataRow("updateSequenceId", "1.5")]
    [DataRow("issueKeys", "\"SHOP-1\"")]
    [DataRow("id", "7")]
    public async Task Refuses_the_whole_request_for_a_value_of_the_wrong_type(string field, string value)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bad = Sample.Commit("bad");
        bad[field] = JsonNode.Parse(value);

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", bad, Sample.Commit("good"))));

        Assert.AreEqual(400, answer.Status);
        Assert.AreEqual(0, under.Site.State.Count(EntityKind.Commit));
        Assert.IsGreaterThan(0, answer.Body.GetProperty("errorMessages").GetArrayLength());
    }

    [TestMethod]
    [DataRow("APPROVED", true)]
    [DataRow("UNAPPROVED", true)]
    [DataRow("NEEDSWORK", false)]
    public async Task Knows_the_approval_states_that_are_published(string state, bool taken)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var pullRequest = Sample.PullRequest();
        pullRequest["reviewers"] = new JsonArray(new JsonObject { ["name"] = "Omar", ["approvalStatus"] = state });

        await under.PostAsync(Sample.DevInfo, Sample.Request("pullRequests", pullRequest));

        Assert.AreEqual(taken ? 1 : 0, under.Site.State.Count(EntityKind.PullRequest));
    }

    [TestMethod]
    [DataRow(500, true)]
    [DataRow(501, false)]
    public async Task Takes_500_issue_keys_in_either_form(int count, bool taken)
    {
        await using var under = await SiteUnderTest.StartAsync();
        under.Site.Issues.EnsureUpTo("SHOP", count);
        var (byKeys, byAssociations) = (Sample.Commit("a"), Sample.Commit("b"));
        byKeys["issueKeys"] = Keys(count);
        byAssociations.Remove("issueKeys");
        byAssociations["associations"] = new JsonArray(
            new JsonObject { ["associationType"] = "issueKeys", ["values"] = new JsonArray("SHOP-1") },
            new JsonObject { ["associationType"] = "issueIdOrKeys", ["values"] = Keys(count - 1) });

        await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "commits", byKeys, byAssociations)));

        Assert.AreEqual(taken ? 2 : 0, under.Site.State.Count(EntityKind.Commit));
    }

    [TestMethod]
    [DataRow(10, true)]
    [DataRow(11, false)]
    public async Task Takes_ten_files_of_a_commit(int count, bool taken)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit["files"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject { ["path"] = $"f{i}", ["url"] = "https://x.example/f", ["changeType"] = "ADDED", ["linesAdded"] = 1, ["linesRemoved"] = 0 })]);

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));

        Assert.AreEqual(taken ? 1 : 0, under.Site.State.Count(EntityKind.Commit));
    }

    [TestMethod]
    [DataRow("\\u0000", 400)]
    [DataRow("\\u001b", 400)]
    [DataRow("\\ufffe", 400)]
    [DataRow("\\ud83d\\ude00", 400)]
    [DataRow("\\ud83d", 400)]
    [DataRow("\\t\\r\\n \\ud7ff\\ue000\\ufffd", 202)]
    public async Task Stores_only_characters_that_it_can_keep(string escaped, int status)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var body = Sample.Request("commits", Sample.Commit()).ToJsonString().Replace("SHOP-1 change", $"SHOP-1 {escaped}", StringComparison.Ordinal);

        Assert.AreEqual(status, (await under.SendAsync(HttpMethod.Post, Sample.DevInfo, body)).Status);
    }

    [TestMethod]
    [DataRow("""{"a":"1","b":"2","c":"3","d":"4","e":"5"}""", 202)]
    [DataRow("""{"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6"}""", 400)]
    [DataRow("""{"_linkId":"1"}""", 400)]
    [DataRow("""{"link:Id":"1"}""", 400)]
    [DataRow("""{"linkId":1}""", 400)]
    [DataRow("""[]""", 400)]
    public async Task Holds_properties_to_their_rules(string properties, int status)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var request = Sample.Request("commits", Sample.Commit());
        request["properties"] = JsonNode.Parse(properties);

        Assert.AreEqual(status, (await under.PostAsync(Sample.DevInfo, request)).Status);
    }

    [TestMethod]
    [DataRow(255, 202)]
    [DataRow(256, 400)]
    public async Task Takes_property_values_of_255_characters(int length, int status)
    {
        await using var under = await SiteUnderTest.StartAsync();
        var request = Sample.Request("commits", Sample.Commit());
        request["properties"] = new JsonObject { ["linkId"] = new string('x', length) };

        Assert.AreEqual(status, (await under.PostAsync(Sample.DevInfo, request)).Status);
    }

    [TestMethod]
    [DataRow(0, 202)]
    [DataRow(-1, 413)]
    public async Task Refuses_a_body_over_its_size(int room, int status)
    {
        var body = Sample.Request("commits", Sample.Commit());
        await using var under = await SiteUnderTest.StartAsync(o => o with { MaxBodyBytes = body.ToJsonString().Length + room });

        Assert.AreEqual(status, (await under.PostAsync(Sample.DevInfo, body)).Status);
    }

    [TestMethod]
    public async Task Takes_JSON_only()
    {
        await using var under = await SiteUnderTest.StartAsync();

        Assert.AreEqual(415, (await under.SendAsync(HttpMethod.Post, Sample.DevInfo)).Status);
    }

    [TestMethod]
    public async Task A_bad_repository_fails_with_all_that_is_in_it()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bad = Sample.Repository("1", "commits", Sample.Commit());
        bad["name"] = new string('x', 256);

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request(bad, Sample.Repository("2", "commits", Sample.Commit())));

        var failed = answer.Body.GetProperty("failedDevinfoEntities").GetProperty("1");
        Assert.AreEqual(1, failed.GetProperty("errorMessages").GetArrayLength());
        Assert.AreEqual(1, failed.GetProperty("commits").GetArrayLength());
        Assert.AreEqual("2", under.Site.State.All(EntityKind.Commit).Single().Key.RepositoryId);
    }

    [TestMethod]
    public async Task Cuts_long_commit_messages()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit["message"] = "SHOP-1 " + new string('x', 2000);

        await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));

        Assert.AreEqual(1024, under.Site.State.All(EntityKind.Commit).Single().Text("message")!.Length);
    }

    [TestMethod]
    public async Task A_branch_carries_a_whole_last_commit_with_keys()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var bare = Sample.Branch("bare");
        bare["lastCommit"]!.AsObject()["issueKeys"] = new JsonArray();
        var without = Sample.Branch("without");
        without.Remove("lastCommit");

        await under.PostAsync(Sample.DevInfo, Sample.Request(Sample.Repository("42", "branches", Sample.Branch("good"), bare, without)));

        Assert.AreEqual("good", under.Site.State.All(EntityKind.Branch).Single().Key.Id);
    }

    [TestMethod]
    public async Task Reports_fields_that_Jira_does_not_know()
    {
        await using var under = await SiteUnderTest.StartAsync();
        var commit = Sample.Commit();
        commit["author"]!.AsObject()["nickname"] = "x";

        var answer = await under.PostAsync(Sample.DevInfo, Sample.Request("commits", commit));

        Assert.AreEqual(202, answer.Status);
        Assert.AreEqual(ViolationKind.UnknownField, under.Site.Violations.Single().Kind);
        Assert.Contains("author.nickname", under.Site.Violations.Single().Message);
    }

    private static IEnumerable<JsonObject> Commits(int count) => Enumerable.Range(0, count).Select(i => Sample.Commit($"c{i}"));

    private static JsonArray Keys(int count) => new([.. Enumerable.Range(1, count).Select(i => (JsonNode)$"SHOP-{i}")]);
}
