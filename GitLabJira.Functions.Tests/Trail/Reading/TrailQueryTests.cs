using GitLabJira.Functions.Trail.Reading;

namespace GitLabJira.Functions.Tests.Trail.Reading;

[TestClass]
public sealed class TrailQueryTests
{
    [TestMethod]
    [DataRow("ABC-1", "issue ABC-1")]
    [DataRow(" ABC-1 ", "issue ABC-1")]
    [DataRow("!12", "MergeRequest Name 12")]
    [DataRow("acme/anvil!12", "acme/anvil: MergeRequest Name 12")]
    [DataRow("acme/anvil@0123abcd", "acme/anvil: Commit Sha 0123abcd")]
    [DataRow("https://gitlab.example/acme/anvil/-/merge_requests/12/diffs?a=b#note", "https://gitlab.example acme/anvil: MergeRequest Name 12")]
    [DataRow("https://gitlab.example/acme/anvil/-/pipelines/77", "https://gitlab.example acme/anvil: Build Name 77")]
    [DataRow("https://gitlab.example/acme/anvil/-/deployments/4", "https://gitlab.example acme/anvil: Deployment Number 4")]
    [DataRow("https://gitlab.example/acme/anvil/-/environments/9", "https://gitlab.example acme/anvil: Deployment Environment 9")]
    [DataRow("https://gitlab.example/acme/anvil/-/commit/0123ABCD", "https://gitlab.example acme/anvil: Commit Sha 0123abcd")]
    [DataRow("https://gitlab.example/acme/anvil/-/commits/a%2Fb", "https://gitlab.example acme/anvil: Branch Id c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11")]
    [DataRow("https://gitlab.example/acme/anvil/-/tree/a/b", "https://gitlab.example acme/anvil: Branch Id c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11")]
    [DataRow("branch:a/b", "Branch Id c14cddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11")]
    [DataRow("commit:0123abcd", "Commit Sha 0123abcd")]
    [DataRow("pipeline:77", "Build Name 77")]
    [DataRow("deployment:70", "Deployment Name 70")]
    [DataRow("mr:!12", "MergeRequest Name 12")]
    public void Understands_what_people_call_things(string text, string meant) => Assert.AreEqual(meant, Words(TrailQuery.Parse(text)));

    [TestMethod]
    [DataRow("fix", "Branch FeatureFlag")]
    [DataRow("ABC-1-fix", "Branch FeatureFlag")]
    [DataRow("feature: x", "Branch FeatureFlag")]
    [DataRow("cafecafe", "Branch FeatureFlag Commit")]
    [DataRow("77", "Branch FeatureFlag Build Deployment")]
    [DataRow("flag:77", "FeatureFlag")]
    public void Takes_a_plain_word_for_all_that_it_may_be(string text, string kinds) =>
        Assert.AreEqual(kinds, string.Join(' ', TrailQuery.Parse(text)!.Targets.Select(target => target.Kind)));

    [TestMethod]
    [DataRow("")]
    [DataRow("   ")]
    [DataRow("https://gitlab.example/acme/anvil")]
    [DataRow("https://gitlab.example/acme/anvil/-/issues/1")]
    [DataRow("https://gitlab.example/acme/anvil/-/merge_requests/new")]
    public void Says_when_it_cannot_tell(string text) => Assert.IsNull(TrailQuery.Parse(text));

    private static string Words(TrailQuery? query) => query switch
    {
        { IssueKey: { } key } => $"issue {key}",
        { Targets: [var target] } => $"{(query.Host is null ? "" : query.Host + " ")}{(query.ProjectPath is null ? "" : query.ProjectPath + ": ")}{target.Kind} {target.By} {target.Value}",
        _ => "",
    };
}
