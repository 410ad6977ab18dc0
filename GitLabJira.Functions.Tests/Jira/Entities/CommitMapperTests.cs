using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class CommitMapperTests
{
    [TestMethod]
    public void Maps_the_sample() =>
        EntitySamples.AssertSameAsFile("commit.json", Map(EntitySamples.Commit));

    [TestMethod]
    [DataRow(FileChange.Added, "ADDED")]
    [DataRow(FileChange.Modified, "MODIFIED")]
    [DataRow(FileChange.Moved, "MOVED")]
    [DataRow(FileChange.Deleted, "DELETED")]
    public void Maps_each_change_of_a_file(FileChange change, string expected)
    {
        var mapped = Map(EntitySamples.Commit with { Files = [new("a", "a", change, 1, 1)] });

        Assert.AreEqual(expected, mapped.GetProperty("files")[0].GetProperty("changeType").GetString());
    }

    [TestMethod]
    public void Has_a_row_for_each_change()
    {
        var rows = typeof(CommitMapperTests).GetMethod(nameof(Maps_each_change_of_a_file))!.GetCustomAttributes(typeof(DataRowAttribute), inherit: false);

        Assert.HasCount(Enum.GetValues<FileChange>().Length, rows);
    }

    [TestMethod]
    public void Links_a_deleted_file_to_the_commit_when_no_parent_is_known()
    {
        var mapped = Map(EntitySamples.Commit with { ParentShas = [], Files = [new("a", "a", FileChange.Deleted, 0, 1)] });

        Assert.AreEqual(EntitySamples.Commit.WebUrl, mapped.GetProperty("files")[0].GetProperty("url").GetString());
    }

    [TestMethod]
    public void Shows_ten_files_and_counts_all()
    {
        var files = Enumerable.Range(0, 11).Select(n => new GitLabFile($"f{n}", $"f{n}", FileChange.Added, 1, 0)).ToList();

        var mapped = Map(EntitySamples.Commit with { FileCount = null, Files = files });

        Assert.AreEqual(10, mapped.GetProperty("files").GetArrayLength());
        Assert.AreEqual(11, mapped.GetProperty("fileCount").GetInt32());
    }

    [TestMethod]
    public void Never_counts_fewer_than_nothing()
    {
        var mapped = Map(EntitySamples.Commit with { FileCount = -1, Files = [new("a", "a", FileChange.Added, -1, -2)] });

        Assert.AreEqual(1, mapped.GetProperty("fileCount").GetInt32());
        Assert.AreEqual(0, mapped.GetProperty("files")[0].GetProperty("linesAdded").GetInt32());
        Assert.AreEqual(0, mapped.GetProperty("files")[0].GetProperty("linesRemoved").GetInt32());
    }

    [TestMethod]
    [DataRow(1024, 1024)]
    [DataRow(1025, 1024)]
    [DataRow(1_000_000, 1024)]
    public void Cuts_the_message_to_Jiras_limit(int length, int expected) =>
        Assert.AreEqual(expected, Map(EntitySamples.Commit with { Message = new string('m', length) }).GetProperty("message").GetString()!.Length);

    [TestMethod]
    [DataRow("")]
    [DataRow(" \n")]
    [DataRow("\uD83D\uDE00")]
    public void Shows_a_mark_where_a_message_has_nothing_left(string message) =>
        Assert.AreEqual("\uFFFD", Map(EntitySamples.Commit with { Message = message }).GetProperty("message").GetString());

    [TestMethod]
    public void Cuts_a_path_and_leads_to_the_commit_when_its_address_is_too_long()
    {
        var path = string.Concat(Enumerable.Repeat("茶/", 600));

        var file = Map(EntitySamples.Commit with { Files = [new(path, path, FileChange.Added, 1, 0)] }).GetProperty("files")[0];

        Assert.AreEqual(1024, file.GetProperty("path").GetString()!.Length);
        Assert.AreEqual(EntitySamples.Commit.WebUrl, file.GetProperty("url").GetString());
    }

    private static JsonElement Map(GitLabCommit commit) => CommitMapper.Map(EntitySamples.Link, EntitySamples.Project, commit, ["TEA-12", "TEA-9"]);
}
