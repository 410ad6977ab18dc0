using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class BuildMapperTests
{
    private static readonly GitLabPipeline Pipeline = new()
    {
        Id = 5001,
        Iid = 17,
        ProjectId = 42,
        Ref = "main",
        Status = PipelineStatus.Success,
        Sha = EntitySamples.Commit.Sha,
        WebUrl = "https://gitlab.example.com/kettle/tea-robot/-/pipelines/5001",
        CreatedAt = EntitySamples.MergeRequest.CreatedAt,
    };

    [TestMethod]
    [DataRow(PipelineStatus.Created, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.WaitingForResource, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.Preparing, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.WaitingForCallback, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.Pending, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.Scheduled, JiraBuildState.Pending)]
    [DataRow(PipelineStatus.Running, JiraBuildState.InProgress)]
    [DataRow(PipelineStatus.Success, JiraBuildState.Successful)]
    [DataRow(PipelineStatus.Failed, JiraBuildState.Failed)]
    [DataRow(PipelineStatus.Canceled, JiraBuildState.Cancelled)]
    [DataRow(PipelineStatus.Skipped, JiraBuildState.Cancelled)]
    [DataRow(PipelineStatus.Canceling, JiraBuildState.Unknown)]
    [DataRow(PipelineStatus.Manual, JiraBuildState.Unknown)]
    [DataRow(PipelineStatus.Unknown, JiraBuildState.Unknown)]
    public void Maps_each_state(PipelineStatus status, JiraBuildState expected)
    {
        var mapped = Map(Pipeline with { Status = status }).GetProperty("state").GetString()!;

        Assert.AreEqual(expected.ToString(), mapped.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, System.Globalization.CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public void Has_a_row_for_each_state_of_both_sides()
    {
        Rows.AssertAll<PipelineStatus>(typeof(BuildMapperTests), nameof(Maps_each_state));
        Rows.AssertAll<JiraBuildState>(typeof(BuildMapperTests), nameof(Maps_each_state));
    }

    [TestMethod]
    public void Takes_the_best_time_that_is_known()
    {
        var (created, finished, updated) = (Pipeline.CreatedAt!.Value, Pipeline.CreatedAt.Value.AddMinutes(1), Pipeline.CreatedAt.Value.AddMinutes(2));

        Assert.AreEqual("2026-03-02T09:00:00.000Z", Text(Map(Pipeline), "lastUpdated"));
        Assert.AreEqual("2026-03-02T09:01:00.000Z", Text(Map(Pipeline with { CreatedAt = created, FinishedAt = finished }), "lastUpdated"));
        Assert.AreEqual("2026-03-02T09:02:00.000Z", Text(Map(Pipeline with { FinishedAt = finished, UpdatedAt = updated }), "lastUpdated"));
    }

    [TestMethod]
    [DataRow(255, 255)]
    [DataRow(256, 255)]
    public void Cuts_the_name_of_the_ref_to_Jiras_limit(int length, int expected)
    {
        var mapped = Map(Pipeline with { Ref = new string('r', length) });

        Assert.AreEqual(expected, Text(mapped, "displayName").Length);
        Assert.AreEqual(expected, Text(mapped.GetProperty("references")[0].GetProperty("ref"), "name").Length);
    }

    [TestMethod]
    [DataRow(100, 100, null)]
    [DataRow(101, 100, 101)]
    [DataRow(500, 100, 500)]
    [DataRow(501, 100, 500)]
    public void Names_more_than_100_issues_in_the_younger_form_too(int count, int older, int? younger)
    {
        var mapped = Map(Pipeline, [.. Enumerable.Range(1, count).Select(n => $"TEA-{n}")]);

        Assert.AreEqual(older, mapped.GetProperty("issueKeys").GetArrayLength());
        Assert.AreEqual(younger, mapped.TryGetProperty("associations", out var associations) ? associations[0].GetProperty("values").GetArrayLength() : null);
    }

    [TestMethod]
    public void Refuses_a_pipeline_without_its_number_or_without_a_key()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Map(Pipeline with { Iid = null }));
        Assert.ThrowsExactly<ArgumentException>(() => Map(Pipeline, []));
    }

    [TestMethod]
    public void Leads_to_the_pipeline_when_the_address_is_none()
    {
        var mapped = Map(Pipeline with { WebUrl = "https://" + new string('x', 2000) });

        Assert.AreEqual("https://gitlab.example.com/kettle/tea-robot/-/pipelines/5001", Text(mapped, "url"));
    }

    [TestMethod]
    [DataRow(42L, true, DisplayName = "Of the same project")]
    [DataRow(77L, false, DisplayName = "Of a fork")]
    [DataRow(0L, true, DisplayName = "Of nobody knows where")]
    public void Leads_to_the_branch_of_a_merge_request_unless_it_is_a_forks(long sourceProjectId, bool expected)
    {
        var pipeline = Pipeline with { Ref = "refs/merge-requests/3/head", MergeRequestIid = 3 };

        var mapped = Map(pipeline, mergeRequests: [EntitySamples.MergeRequest with { SourceBranch = "fix/lid", SourceProjectId = sourceProjectId }]);

        Assert.AreEqual("fix/lid", Text(mapped, "displayName"));
        Assert.AreEqual(expected, mapped.GetProperty("references")[0].TryGetProperty("ref", out _));
    }

    private static JsonElement Map(GitLabPipeline pipeline, IReadOnlyList<string>? keys = null, IReadOnlyList<GitLabMergeRequest>? mergeRequests = null) =>
        BuildMapper.Map(EntitySamples.Link, EntitySamples.Project, pipeline, mergeRequests ?? [], tests: null, keys ?? ["TEA-1"]);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
