using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>One project of an invented company, as GitLab's readers would give it.</summary>
internal static class EntitySamples
{
    public static readonly Link Link = new()
    {
        Id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        ClientKey = "client-1",
        InstallationEpoch = 1,
        Host = new Uri("https://gitlab.example.com"),
        GroupId = 7,
        GroupPath = "kettle",
        Epoch = 1,
        State = LinkState.Active,
        LinkedByAccountId = "account-1",
        CreatedAt = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero),
    };

    public static readonly Link TaggedLink = Link with { HostTag = "k7" };

    public static readonly GitLabProject Project = new()
    {
        Id = 42,
        Name = "Tea Robot",
        PathWithNamespace = "kettle/tea-robot",
        WebUrl = "https://gitlab.example.com/kettle/tea-robot",
        Description = "Makes tea.\u0007 \uD83C\uDF75",
        AvatarUrl = "https://gitlab.example.com/uploads/-/system/project/avatar/42/pot.png",
        DefaultBranch = "main",
    };

    public static readonly GitLabPerson Ada = new()
    {
        Id = 5,
        Name = "Ada Brewer",
        Username = "ada",
        Email = "ada@example.com",
        WebUrl = "https://gitlab.example.com/ada",
        AvatarUrl = "https://gitlab.example.com/uploads/-/system/user/avatar/5/a.png",
    };

    public static readonly GitLabCommit Commit = new()
    {
        Sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        Message = "TEA-12 Warm the pot first\n\nAlso for TEA-9. \uD83E\uDED6\n",
        Author = Ada,
        CommittedAt = new DateTimeOffset(2026, 3, 2, 11, 30, 15, 250, TimeSpan.FromHours(2)),
        WebUrl = "https://gitlab.example.com/kettle/tea-robot/-/commit/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        ParentShas = ["1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"],
        FileCount = 27,
        Files =
        [
            new("src/pot.cs", "src/pot.cs", FileChange.Modified, 4, 2),
            new("docs/tea & milk.md", "docs/tea & milk.md", FileChange.Added, 12, 0),
            new("old/lid #1.txt", "old/lid #1.txt", FileChange.Deleted, 0, 9),
            new("a.txt", "b/茶.txt", FileChange.Moved, 0, 0),
        ],
    };

    public static readonly GitLabBranch Branch = new()
    {
        Name = "feature/TEA-12_warm pot#1",
        LastCommit = Commit with { Message = "Tidy up", ParentShas = [], FileCount = null, Files = [] },
    };

    public static readonly GitLabMergeRequest MergeRequest = new()
    {
        Id = 9001,
        Iid = 3,
        ProjectId = 42,
        Reference = "kettle/tea-robot!3",
        Title = "TEA-12 Warm the pot \u2615",
        Description = "Closes TEA-9.",
        State = MergeRequestState.Opened,
        SourceBranch = "feature/TEA-12_warm pot#1",
        TargetBranch = "main",
        SourceProjectId = 42,
        Author = Ada,
        Reviewers =
        [
            new(new GitLabPerson { Name = "Bo Leaf", Username = "bo", Email = "bo@example.com", WebUrl = "https://gitlab.example.com/bo", AvatarUrl = "/relative.png" }, Approved: true),
            new(new GitLabPerson { Username = "cy" }, Approved: false),
            new(new GitLabPerson { Name = "Di Unknown" }, Approved: null),
        ],
        CommentCount = 6,
        CreatedAt = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 3, 3, 10, 20, 30, 400, TimeSpan.Zero),
        WebUrl = "https://gitlab.example.com/kettle/tea-robot/-/merge_requests/3",
        HeadSha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    };

    /// <summary>Compares with a checked-in file as JSON: spaces and the order of properties do not count.</summary>
    public static void AssertSameAsFile(string file, JsonElement actual)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Jira", "Entities", "Samples", file)));

        Assert.IsTrue(JsonElement.DeepEquals(expected.RootElement, actual), $"{file} differs from: {actual}");
    }
}
