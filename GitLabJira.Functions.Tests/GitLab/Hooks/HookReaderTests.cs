using System.Text;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Tests.GitLab.Hooks;

[TestClass]
public sealed class HookReaderTests(TestContext test)
{
    [TestMethod]
    public void Reads_a_push()
    {
        var push = Hook<PushHook>(HookBodies.Push(total: 23));

        Assert.AreEqual(7, push.ProjectId);
        Assert.AreEqual("acme/anvil", push.Project?.PathWithNamespace);
        Assert.AreEqual("ABC-1-fix", push.Branch);
        Assert.IsFalse(push.Creates || push.Deletes);
        Assert.AreEqual(23, push.TotalCommits);
        var commit = Assert.ContainsSingle(push.Commits);
        Assert.AreEqual(HookBodies.New, commit.Sha);
        Assert.AreEqual("ABC-1 Fix it", commit.Message);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), commit.CommittedAt);
        Assert.AreEqual("Ada", commit.Author.Name);
        Assert.IsNull(commit.Author.Email);
        Assert.AreEqual(4, commit.FileCount);
        Assert.AreEqual(FileChange.Deleted, commit.Files[3].Change);
    }

    [TestMethod]
    [DataRow(HookBodies.Zeros, HookBodies.New, true, false)]
    [DataRow(HookBodies.Old, HookBodies.Zeros, false, true)]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000", HookBodies.New, true, false)]
    public void Knows_a_new_branch_and_a_deleted_one_by_zeros(string before, string after, bool creates, bool deletes)
    {
        var push = Hook<PushHook>(HookBodies.Push(before: before, after: after));

        Assert.AreEqual(creates, push.Creates);
        Assert.AreEqual(deletes, push.Deletes);
    }

    [TestMethod]
    public void Reads_a_merge_request_with_the_texts_that_were_there_before()
    {
        var hook = Hook<MergeRequestHook>(HookBodies.MergeRequest(action: "approval"));

        Assert.AreEqual("approval", hook.Action);
        Assert.AreEqual(42, hook.UserId);
        Assert.AreEqual("ABC-9 Old", Assert.ContainsSingle(hook.PreviousTexts));
        var mergeRequest = hook.MergeRequest;
        Assert.AreEqual(900, mergeRequest.Id);
        Assert.AreEqual(3, mergeRequest.Iid);
        Assert.AreEqual(7, mergeRequest.ProjectId);
        Assert.AreEqual("acme/anvil!3", mergeRequest.Reference);
        Assert.AreEqual(MergeRequestState.Opened, mergeRequest.State);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 1, 10, 0, 5, TimeSpan.Zero), mergeRequest.UpdatedAt);
        Assert.AreEqual("ada", mergeRequest.Author?.Username);
        Assert.AreEqual(HookBodies.New, mergeRequest.HeadSha);
        Assert.AreEqual(HookBodies.New, hook.Head?.Sha);
        var reviewer = Assert.ContainsSingle(mergeRequest.Reviewers);
        Assert.AreEqual("bob@example.com", reviewer.Person.Email);
        Assert.IsNull(reviewer.Approved);
    }

    [TestMethod]
    [DataRow("", "The body is empty.", null)]
    [DataRow("  ", "The body is not well-formed JSON.", null)]
    [DataRow("[]", "The body is not a JSON object.", null)]
    [DataRow("\"push\"", "The body is not a JSON object.", null)]
    [DataRow("{\"object_kind\":\"push\"", "The body is not well-formed JSON.", null)]
    [DataRow("{\"object_kind\":\"push\"} {}", "The body is not well-formed JSON.", null)]
    [DataRow("{\"a\":{\"b\":[1,2,}}", "The body is not well-formed JSON.", null)]
    [DataRow("{}", "The field object_kind is missing or of the wrong type.", "object_kind")]
    [DataRow("{\"object_kind\":\"push\",\"ref\":\"refs/heads/x\"}", "The field project_id is missing or of the wrong type.", "project_id")]
    [DataRow("{\"object_kind\":\"push\",\"project_id\":7,\"ref\":3}", "The field ref is missing or of the wrong type.", "ref")]
    [DataRow("{\"object_kind\":\"merge_request\"}", "The field object_attributes is missing or of the wrong type.", "object_attributes")]
    [DataRow("{\"object_kind\":\"merge_request\",\"project\":{\"id\":7},\"object_attributes\":{\"id\":1,\"iid\":\"1\"}}", "The field object_attributes.iid is missing or of the wrong type.", "object_attributes.iid")]
    public void Says_what_is_wrong_with_a_body(string body, string problem, string? field)
    {
        var reading = HookReader.Read(Encoding.UTF8.GetBytes(body));

        Assert.IsNull(reading.Hook);
        Assert.AreEqual(problem, reading.Problem);
        Assert.AreEqual(field, reading.Field);
    }

    [TestMethod]
    public void Refuses_text_that_is_not_utf_8()
    {
        byte[] body = [.. "{\"object_kind\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.AreEqual("The body is not well-formed JSON.", HookReader.Read(body).Problem);
    }

    [TestMethod]
    [DataRow("{\"object_kind\":\"tag_push\",\"ref\":\"refs/tags/ABC-1\"}", "tag_push")]
    [DataRow("{\"object_kind\":\"release\",\"tag\":\"v1\"}", "release")]
    [DataRow("{\"object_kind\":\"build\",\"commit\":{\"id\":5}}", "build")]
    [DataRow("{\"object_kind\":\"note\",\"object_attributes\":{\"noteable_type\":\"Issue\"},\"issue\":{\"id\":1}}", "note")]
    [DataRow("{\"object_kind\":\"note\",\"object_attributes\":{\"system\":true},\"merge_request\":{\"id\":1}}", "note")]
    [DataRow("{\"event_name\":\"user_access_request_to_group\",\"user_id\":7}", "user_access_request_to_group")]
    [DataRow("{\"event_name\":\"repository_update\",\"project_id\":7}", "repository_update")]
    [DataRow("{\"object_kind\":\"something new\"}", HookReading.UnknownKind)]
    public void Acknowledges_what_changes_nothing(string body, string kind)
    {
        var reading = HookReader.Read(Encoding.UTF8.GetBytes(body));

        Assert.AreEqual(kind, reading.Acknowledged);
        Assert.IsNull(reading.Hook);
        Assert.IsNull(reading.Problem);
    }

    [TestMethod]
    [DataRow("approved", true)]
    [DataRow("unapproved", false)]
    [DataRow("requested_changes", false)]
    [DataRow("reviewed", false)]
    [DataRow("something_new", null)]
    public void Knows_what_newer_versions_tell_of_a_reviewer(string state, bool? approved)
    {
        var hook = Hook<MergeRequestHook>(HookBodies.MergeRequest().Replace("\"username\": \"bob\",", $"\"username\": \"bob\", \"state\": \"{state}\",", StringComparison.Ordinal));

        Assert.AreEqual(approved, Assert.ContainsSingle(hook.MergeRequest.Reviewers).Approved);
    }

    [TestMethod]
    public void Says_no_number_of_files_where_a_body_names_none()
    {
        var body = HookBodies.MergeRequest().Replace("\"added\": [\"a\", \"b\"], \"modified\": [\"c\"], \"removed\": [\"d\"]", "\"more\": 1", StringComparison.Ordinal);

        Assert.IsNull(Hook<MergeRequestHook>(body).Head!.FileCount);
    }

    [TestMethod]
    public void Keeps_the_newest_commits_of_a_body_that_claims_too_many()
    {
        var commits = string.Join(',', Enumerable.Range(0, 400).Select(n => HookBodies.Commit($"{n}", "x")));
        var push = Hook<PushHook>($$"""
            { "commits": [{{commits}}], "total_commits_count": 400, "object_kind": "push", "project_id": 7, "ref": "refs/heads/x", "before": "1", "after": "2" }
            """);

        Assert.HasCount(250, push.Commits);
        Assert.AreEqual("399", push.Commits[^1].Sha);
    }

    [TestMethod]
    public void Reads_a_body_of_many_megabytes_whose_files_nobody_needs()
    {
        var files = string.Join(',', Enumerable.Repeat("\"some/long/path/of/a/file/that/was/added.txt\"", 400_000));
        var push = Hook<PushHook>($$"""
            { "object_kind": "push", "project_id": 7, "ref": "refs/heads/x", "before": "1", "after": "2",
              "commits": [{ "id": "2", "message": "ABC-1", "added": [{{files}}] }] }
            """);

        Assert.AreEqual(400_000, push.Commits[0].FileCount);
        Assert.HasCount(10, push.Commits[0].Files);
    }

    [TestMethod]
    public void Understands_every_real_body()
    {
        var files = SharedPayloads.Files("*.json").Where(IsHook).ToList();

        if (files.Count == 0)
        {
            test.WriteLine("No real bodies on this machine.");
            return;
        }

        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            var reading = HookReader.Read(File.ReadAllBytes(file));

            // One capture is a fragment of the docs, one was made by hand without the project's id.
            Assert.IsTrue(reading.Problem is null || name is "merge-request-update-reviewers-3.json" or "pipeline-5.json", $"{name}: {reading.Problem}");
            Assert.AreEqual(ExpectedKind(name), reading.Hook?.Kind, name);
            Assert.AreEqual(reading.Hook is null && reading.Problem is null, reading.Acknowledged is not null, name);
            Assert.AreNotEqual(HookReading.UnknownKind, reading.Acknowledged, name);
        }
    }

    private static bool IsHook(string file)
    {
        var name = Path.GetFileName(file);
        return !name.StartsWith("rest-", StringComparison.Ordinal) && !name.StartsWith("graphql-", StringComparison.Ordinal);
    }

    private static string? ExpectedKind(string name) => name switch
    {
        "merge-request-update-reviewers-3.json" or "pipeline-5.json" => null,
        _ when name.StartsWith("merge-request-", StringComparison.Ordinal) => "merge_request",
        _ when name.StartsWith("note-merge-request-", StringComparison.Ordinal) => "note",
        _ when name.StartsWith("push-", StringComparison.Ordinal) || name.StartsWith("systemhook-push-", StringComparison.Ordinal) => "push",
        _ when name.StartsWith("pipeline-", StringComparison.Ordinal) => "pipeline",
        _ when name.StartsWith("deployment-", StringComparison.Ordinal) => "deployment",
        _ when name.StartsWith("feature-flag-", StringComparison.Ordinal) => "feature_flag",
        _ when name.StartsWith("project-", StringComparison.Ordinal) || name.StartsWith("systemhook-project-", StringComparison.Ordinal) => "project",
        _ when name.StartsWith("subgroup-", StringComparison.Ordinal) || name.StartsWith("systemhook-group-", StringComparison.Ordinal) => "group",
        "member-1.json" or "member-3.json" => "member",
        _ => null,
    };

    private static T Hook<T>(string body)
        where T : GitLabHook => Assert.IsInstanceOfType<T>(HookReader.Read(Encoding.UTF8.GetBytes(body)).Hook);
}
