using System.Text.Json;
using System.Text.Json.Nodes;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.Jira.Checks;
using Moq;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

/// <summary>The app's readers and mappers between the two stand-ins: what the one holds, the other must take.</summary>
[TestClass]
public sealed class ReadAndMappedTests(TestContext test)
{
    private static readonly string[] Keys = ["SHOP-1"];

    [TestMethod]
    public async Task Pipelines_become_builds_under_the_id_that_their_hooks_give_them()
    {
        await using var hooked = await HookedInstance.StartAsync();
        using var gitLab = new Reading(hooked.Instance);
        var id = hooked.Checkout.Id;
        hooked.Site.Push("dana", id, "SHOP-1-pot", "Warm it");
        var mergeRequest = hooked.Site.OpenMergeRequest("dana", id, new NewMergeRequest("SHOP-1-pot", "SHOP-2 Pot"));
        hooked.Site.CreatePipeline("dana", id, "SHOP-1-pot");
        hooked.Site.CreatePipeline("dana", id, "SHOP-1-pot", mergeRequest.Iid);
        var hooks = (await hooked.AllAsync()).Select(hook => HookReader.Read(hook.Raw).Hook).OfType<PipelineHook>().ToList();

        Assert.IsNotEmpty(hooks);

        foreach (var hook in hooks)
        {
            var read = (await gitLab.Ci.PipelineAsync(gitLab.Access, id, hook.Pipeline.Id, test.CancellationToken))!;
            var mergeRequests = await gitLab.Ci.MergeRequestsAsync(gitLab.Access, read, test.CancellationToken);
            var head = await gitLab.Ci.CommitAsync(gitLab.Access, id, read.Sha, test.CancellationToken);
            var project = (await gitLab.Basic.ProjectAsync(gitLab.Access, id, test.CancellationToken))!;

            Assert.AreEqual(JiraIds.Build(gitLab.Link, hook.Pipeline), JiraIds.Build(gitLab.Link, read));
            Assert.AreSequenceEqual(["SHOP-1", "SHOP-2"], EntityKeys.OfBuild(read, head, mergeRequests).Order(StringComparer.Ordinal));
            AssertTaken(ProviderShapes.Build, "updateSequenceNumber", BuildMapper.Map(gitLab.Link, project, read, mergeRequests, tests: null, Keys));
            AssertTaken(ProviderShapes.Build, "updateSequenceNumber", BuildMapper.Map(gitLab.Link, hook.Project!, hook.Pipeline, [], tests: null, Keys));
        }

        Assert.HasCount(2, hooks.Select(hook => JiraIds.BuildPipeline(gitLab.Link, hook.Pipeline)).Distinct(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Deployments_bring_the_keys_of_the_commits_since_the_last_success()
    {
        await using var hooked = await HookedInstance.StartAsync();
        using var gitLab = new Reading(hooked.Instance);
        var id = hooked.Checkout.Id;
        hooked.Site.CreateEnvironment(id, "moon", "production");
        hooked.Site.Push("dana", id, "SHOP-1-pot", "SHOP-2 Already there");
        var first = hooked.Site.CreateDeployment("dana", id, "moon", "SHOP-1-pot");
        hooked.Site.SetDeploymentStatus(id, first.Id, Sandbox.GitLab.State.DeploymentStatus.Success);
        hooked.Site.Push("dana", id, "SHOP-1-pot", new NewCommit("SHOP-3 New"), new NewCommit("SHOP-4 Newer"));
        var second = hooked.Site.CreateDeployment("dana", id, "moon", "SHOP-1-pot");
        var told = (await hooked.AllAsync()).Select(hook => HookReader.Read(hook.Raw).Hook).OfType<DeploymentHook>().Single(hook => hook.DeploymentId == second.Id);

        var deployment = (await gitLab.Ci.DeploymentAsync(gitLab.Access, id, second.Id, test.CancellationToken))!;
        var commits = await gitLab.Ci.DeployedCommitsAsync(gitLab.Access, deployment, firstParent: false, test.CancellationToken);
        var project = (await gitLab.Basic.ProjectAsync(gitLab.Access, id, test.CancellationToken))!;
        var mapped = DeploymentMapper.Map(gitLab.Link, project, deployment, Keys, EntitySettings.Default);

        Assert.AreEqual(DeploymentStatus.Running, told.Status);
        Assert.AreEqual(second.Sha, told.Sha);
        Assert.AreSequenceEqual(["SHOP-1", "SHOP-4", "SHOP-3"], EntityKeys.OfDeployment(deployment, [], commits));
        Assert.AreEqual("production", mapped.GetProperty("environment").GetProperty("type").GetString());
        AssertTaken(ProviderShapes.Deployment, "updateSequenceNumber", mapped);
    }

    [TestMethod]
    public async Task Lists_become_what_the_site_takes()
    {
        await using var instance = await InstanceForTests.StartAsync();
        using var gitLab = new Reading(instance);
        var id = instance.Checkout.Id;
        var pipelineId = instance.Site.CreatePipeline("dana", id, "main").Id;
        instance.Site.CreateEnvironment(id, "moon", "other");
        instance.Site.CreateDeployment("dana", id, "moon", "main", pipelineId: pipelineId);
        instance.Site.CreateDeployment("dana", id, "moon", "main");
        instance.Site.CreateFeatureFlag("dana", id, "dark", "SHOP-1");
        var project = (await gitLab.Basic.ProjectAsync(gitLab.Access, id, test.CancellationToken))!;
        var deployments = (await gitLab.Ci.DeploymentsAsync(gitLab.Access, id, updatedAfter: null, page: null, test.CancellationToken)).Items;
        var pipelines = (await gitLab.Ci.PipelinesAsync(gitLab.Access, id, updatedAfter: null, page: null, test.CancellationToken)).Items;
        var flags = (await gitLab.Ci.FeatureFlagsAsync(gitLab.Access, id, page: null, test.CancellationToken)).Items;

        Assert.IsTrue(deployments.Count > 1 && pipelines.Count > 0 && flags.Count > 0);

        foreach (var pipeline in pipelines)
        {
            AssertTaken(ProviderShapes.Build, "updateSequenceNumber", BuildMapper.Map(gitLab.Link, project, pipeline, [], new GitLabTestReport(3, 2, 1, 0), Keys));
        }

        foreach (var deployment in deployments)
        {
            AssertTaken(ProviderShapes.Deployment, "updateSequenceNumber", DeploymentMapper.Map(gitLab.Link, project, deployment, Keys, EntitySettings.Default with { ServiceIds = ["srv"] }));
        }

        foreach (var flag in flags)
        {
            AssertTaken(ProviderShapes.FeatureFlag, "updateSequenceId", FeatureFlagMapper.Map(gitLab.Link, project, flag, Keys));
        }
    }

    private static void AssertTaken(Rule rule, string sequence, JsonElement body)
    {
        var sent = JsonObject.Create(body)!;
        sent[sequence] = 1;
        var findings = new Findings();

        rule.Check(JsonSerializer.SerializeToElement(sent), "", findings);

        Assert.IsEmpty(findings.Errors.Concat(findings.Unknown), body.ToString());
    }

    /// <summary>The app's readers on the stand-in, as one of its users.</summary>
    private sealed class Reading : IDisposable
    {
        private readonly GitLabClientForTests _client;

        public Reading(InstanceForTests instance)
        {
            var token = instance.Site.OAuth.CreatePersonalToken(instance.Site.State.User("dana").Id, ["api"]);
            var host = new Uri(instance.Site.BaseUrl);
            var instances = new Mock<IInstances>();
            instances.Setup(i => i.KnowsAsync(It.IsAny<Uri>(), It.IsAny<CancellationToken>())).ReturnsAsync(true);
            _client = new GitLabClientForTests(instance.Site, token);
            var client = new GitLabClient(_client.Http, instances.Object, Mock.Of<IRequestBudget>(), instance.Time);
            (Basic, Ci, Access) = (new GitLabReader(client), new GitLabCiReader(client), new GitLabAccess(host, token, "grant"));
            Link = new Link
            {
                Id = Guid.NewGuid(),
                ClientKey = "client-1",
                InstallationEpoch = 1,
                Host = host,
                HostTag = "k7",
                GroupId = instance.Acme.Id,
                GroupPath = "acme",
                Epoch = 1,
                State = LinkState.Active,
                LinkedByAccountId = "account-1",
                CreatedAt = instance.Time.GetUtcNow(),
            };
        }

        public GitLabReader Basic { get; }

        public GitLabCiReader Ci { get; }

        public GitLabAccess Access { get; }

        public Link Link { get; }

        public void Dispose() => _client.Dispose();
    }
}
