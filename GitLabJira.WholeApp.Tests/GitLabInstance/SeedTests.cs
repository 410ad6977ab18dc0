using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.Seeding;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

[TestClass]
public sealed class SeedTests
{
    [TestMethod]
    public async Task Makes_the_company_of_the_demonstration()
    {
        await using var instance = await InstanceForTests.StartAsync(options => options with { Seed = Seed.Demonstration() });
        var state = instance.Site.State;

        var projects = state.ProjectsOf(instance.Acme, includeSubgroups: true).ToArray();
        var ledger = state.Project("acme/platform/payments/ledger");

        Assert.HasCount(45, projects);
        Assert.HasCount(900, ledger.MergeRequests);
        Assert.HasCount(900, ledger.Branches);
        Assert.IsGreaterThan(400, ledger.Branches.Keys.Count(name => name.Contains("PAY-", StringComparison.Ordinal)));
        Assert.IsGreaterThan(400, ledger.MergeRequests.Values.Count(one => one.Title.Contains("PAY-", StringComparison.Ordinal)));
        Assert.AreEqual("acme/shop/web/legacy-storefront", projects.Single(project => project.IsArchived).FullPath);
        Assert.AreEqual(state.Group("acme/shop").Id, state.Project("northwind/shared-components").SharedWith.Single().GroupId);
        Assert.AreEqual(3, projects.Max(project => project.FullPath.Count(c => c == '/')));
        Assert.AreEqual(GitLabPlan.Free, state.PlanOf(state.Group("freelancers/clients")));
    }

    [TestMethod]
    public async Task Makes_the_same_instance_from_the_same_number()
    {
        await using var one = await InstanceForTests.StartAsync(options => options with { Seed = Seed.Demonstration(7) });
        await using var other = await InstanceForTests.StartAsync(options => options with { Seed = Seed.Demonstration(7) });
        await using var third = await InstanceForTests.StartAsync(options => options with { Seed = Seed.Demonstration(8) });

        Assert.AreEqual(Fingerprint(one.Site), Fingerprint(other.Site));
        Assert.AreNotEqual(Fingerprint(one.Site), Fingerprint(third.Site));
    }

    [TestMethod]
    public async Task Makes_a_thousand_projects_when_asked()
    {
        await using var instance = await InstanceForTests.StartAsync(options => options with { Seed = Seed.ManyProjects(1_000) });

        Assert.AreEqual(1_000, instance.Site.State.ProjectsOf(instance.Site.State.Group("scale"), includeSubgroups: true).Count());
    }

    [TestMethod]
    public async Task Holds_only_merge_requests_whose_commits_are_there()
    {
        await using var instance = await InstanceForTests.StartAsync(options => options with { Seed = Seed.Demonstration() });

        foreach (var project in instance.Site.State.Projects.Values)
        {
            foreach (var one in project.MergeRequests.Values)
            {
                Assert.IsTrue(project.Commits.ContainsKey(one.HeadSha) && project.Commits.ContainsKey(one.BaseSha), $"{project.FullPath}!{one.Iid}");
                Assert.IsTrue(!one.IsOpen || project.Branches[one.SourceBranch].Sha == one.HeadSha, $"{project.FullPath}!{one.Iid}");
            }
        }
    }

    private static string Fingerprint(GitLabSite site) => string.Join('\n', site.State.Projects.Values
        .OrderBy(project => project.Id)
        .Select(project => $"{project.Id} {project.FullPath} {string.Join(',', project.Branches.Values.Select(branch => branch.Name + branch.Sha))} {string.Join(',', project.MergeRequests.Values.Select(one => one.Title))}"));
}
