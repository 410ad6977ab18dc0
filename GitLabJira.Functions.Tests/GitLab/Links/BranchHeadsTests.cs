using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class BranchHeadsTests
{
    private static readonly DateTimeOffset Now = GitLabScene.Start;

    [TestMethod]
    public void Tells_branches_that_moved_or_are_new_from_those_that_stand()
    {
        var heads = Kept([Branch("main", "a"), Branch("topic", "b")]);

        Assert.IsFalse(heads.IsNews(Branch("main", "a")));
        Assert.IsTrue(heads.IsNews(Branch("topic", "c")));
        Assert.IsTrue(heads.IsNews(Branch("fresh", "a")));
        Assert.AreEqual((Sha("b"), null), (heads.Find("topic"), heads.Find("fresh")));
        Assert.IsTrue(heads.Holds(Sha("b")));
        Assert.AreEqual(2, heads.Count);
    }

    [TestMethod]
    public void Keeps_64_digits_of_repositories_with_SHA_256()
    {
        var sha = new string('e', 64);
        var heads = Kept([new GitLabBranch { Name = "main", LastCommit = Commit(sha, Now) }]);

        Assert.AreEqual(sha, heads.Find("main"));
    }

    [TestMethod]
    public void Of_very_many_branches_keeps_the_newest_in_one_column_and_does_not_take_the_others_for_new()
    {
        List<GitLabBranch> branches = [.. Enumerable.Range(0, 5_000).Select(number => new GitLabBranch { Name = $"b{number}", LastCommit = Commit(Sha(number.ToString("x8", CultureInfo.InvariantCulture)), Now.AddMinutes(number)) })];
        var heads = Kept(branches);

        Assert.IsLessThanOrEqualTo(64 * 1024, BranchHeads.Of(branches).ToBytes().Length);
        Assert.AreEqual(5_000, heads.Count);
        Assert.AreEqual(0, branches.Count(heads.IsNews));
        Assert.IsTrue(heads.IsNews(new GitLabBranch { Name = "b0", LastCommit = Commit(Sha("f"), Now.AddDays(30)) }));
    }

    [TestMethod]
    public void A_repository_without_branches_has_none() => Assert.AreEqual(0, Kept([]).Count);

    private static BranchHeads Kept(IReadOnlyCollection<GitLabBranch> branches) => BranchHeads.Parse(BranchHeads.Of(branches).ToBytes())!;

    private static GitLabBranch Branch(string name, string sha) => new() { Name = name, LastCommit = Commit(Sha(sha), Now) };

    private static string Sha(string start) => start.PadRight(40, '0');

    private static GitLabCommit Commit(string sha, DateTimeOffset at) => new() { Sha = sha, Message = "", Author = new GitLabPerson(), CommittedAt = at, WebUrl = "https://gitlab.test" };
}
