using System.Net;
using System.Text.Json;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using GitLabJira.Functions.Tests.Budgets;
using GitLabJira.Functions.Tests.Jira.Delivery;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Client;

/// <summary>Builds, deployments and feature flags as they go over the wire.</summary>
[TestClass]
public sealed class ProviderBodyTests
{
    private const string Base = "https://site-1.jira.test";

    private static readonly Installation Site = DeliverySamples.Installation();
    private static readonly Guid LinkId = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

    private readonly TestContext _test;
    private readonly StubHttp _http = new();
    private readonly JiraClient _client;

    public ProviderBodyTests(TestContext test)
    {
        _test = test;
        var tokens = new Mock<IConnectTokens>(MockBehavior.Strict);
        tokens.Setup(t => t.Create(It.IsAny<Installation>(), It.IsAny<HttpMethod>(), It.IsAny<Uri>())).Returns("token");
        _client = new JiraClient(_http.Client(), tokens.Object, NoBudgets.Rates(TimeProvider.System), new FakeTimeProvider(DeliverySamples.Start));
    }

    [TestMethod]
    [DataRow(ApiFamily.Builds, EntityKind.Build, "builds/0.1", "builds", "updateSequenceNumber")]
    [DataRow(ApiFamily.Deployments, EntityKind.Deployment, "deployments/0.1", "deployments", "updateSequenceNumber")]
    [DataRow(ApiFamily.FeatureFlags, EntityKind.FeatureFlag, "featureflags/0.1", "flags", "updateSequenceId")]
    public async Task Submits_each_family_in_its_own_form(ApiFamily family, EntityKind kind, string path, string list, string sequence)
    {
        _http.On($"POST {Base}/rest/{path}/bulk", HttpStatusCode.Accepted, "{}");

        await _client.SubmitAsync(Site, Submission(family, kind), JiraClient.Timeout, _test.CancellationToken);

        using var sent = JsonDocument.Parse(_http.Requests[0].Body!);
        using var expected = JsonDocument.Parse($$$"""
            {"{{{list}}}":[{"id":"a","{{{sequence}}}":1777000000000001}],
             "properties":{"linkId":"0f8fad5bd9cb469fa16570867728950e","projectId":"42"},"providerMetadata":{"product":"GitLab"}}
            """);
        Assert.IsTrue(JsonElement.DeepEquals(expected.RootElement, sent.RootElement), _http.Requests[0].Body);
    }

    [TestMethod]
    [DataRow(
        ApiFamily.Builds,
        "builds/0.1",
        """{"acceptedBuilds":[{"pipelineId":"42-mr-3","buildNumber":17}],"rejectedBuilds":[{"key":{"pipelineId":"42-x","buildNumber":18},"errors":[{"message":"too long"}]}],"unknownIssueKeys":["NO-1"]}""",
        "42-mr-3/17",
        "42-x/18")]
    [DataRow(
        ApiFamily.Deployments,
        "deployments/0.1",
        """{"acceptedDeployments":[{"pipelineId":"5","environmentId":"4","deploymentSequenceNumber":9}],"rejectedDeployments":[{"key":{"pipelineId":"5","environmentId":"4","deploymentSequenceNumber":10},"errors":[{"message":"too long"}]}],"unknownAssociations":[{"associationType":"issueKeys","values":["NO-1"]},{"associationType":"serviceIdOrKeys","values":["srv"]},{"associationType":"commit","values":[{"commitHash":"a"}]}]}""",
        "5/4/9",
        "5/4/10")]
    [DataRow(
        ApiFamily.FeatureFlags,
        "featureflags/0.1",
        """{"acceptedFeatureFlags":["42-a"],"failedFeatureFlags":{"42-b":[{"message":"too long"}]},"unknownIssueKeys":["NO-1"]}""",
        "42-a",
        "42-b")]
    public async Task Reads_what_Jira_took_refused_and_did_not_know(ApiFamily family, string path, string answer, string accepted, string rejected)
    {
        _http.On($"POST {Base}/rest/{path}/bulk", HttpStatusCode.Accepted, answer);
        var kind = Enum.GetValues<EntityKind>().First(k => ApiFamilies.Of(k) == family);

        var receipt = await _client.SubmitAsync(Site, Submission(family, kind), JiraClient.Timeout, _test.CancellationToken);

        Assert.IsTrue(receipt.Accepted.SetEquals([new AnsweredEntity("", kind, accepted)]));
        Assert.AreEqual(rejected, receipt.Rejected.Single().Entity.Id);
        Assert.AreEqual("too long", receipt.Rejected.Single().Messages.Single());
        Assert.AreEqual("NO-1", receipt.UnknownIssueKeys.Single());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("<html>")]
    [DataRow("{\"acceptedBuilds\":3}")]
    public async Task Takes_a_202_for_one_whatever_its_body_says(string body)
    {
        _http.On($"POST {Base}/rest/builds/0.1/bulk", HttpStatusCode.Accepted, body);

        var receipt = await _client.SubmitAsync(Site, Submission(ApiFamily.Builds, EntityKind.Build), JiraClient.Timeout, _test.CancellationToken);

        Assert.IsEmpty(receipt.Accepted);
        Assert.IsEmpty(receipt.Rejected);
    }

    [TestMethod]
    [DataRow(EntityKind.Build, "42-mr-3/17", "builds/0.1/pipelines/42-mr-3/builds/17")]
    [DataRow(EntityKind.Deployment, "5/4/9", "deployments/0.1/pipelines/5/environments/4/deployments/9")]
    [DataRow(EntityKind.FeatureFlag, "42-a", "featureflags/0.1/flag/42-a")]
    public async Task Deletes_one_entity_by_its_key(EntityKind kind, string id, string path)
    {
        _http.On($"DELETE {Base}/rest/{path}", HttpStatusCode.Accepted);

        await _client.DeleteEntityAsync(Site, kind, id, JiraClient.Timeout, _test.CancellationToken);

        _http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Takes_a_404_on_a_deletion_for_done()
    {
        _http.On($"DELETE {Base}/rest/featureflags/0.1/flag/42-a", HttpStatusCode.NotFound);

        await _client.DeleteEntityAsync(Site, EntityKind.FeatureFlag, "42-a", JiraClient.Timeout, _test.CancellationToken);

        _http.AssertAllAsked();
    }

    [TestMethod]
    [DataRow(EntityKind.Build, "5/4/9")]
    [DataRow(EntityKind.Deployment, "42-mr-3/17")]
    public async Task Refuses_an_id_of_another_kind(EntityKind kind, string id) =>
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => _client.DeleteEntityAsync(Site, kind, id, JiraClient.Timeout, _test.CancellationToken));

    [TestMethod]
    public async Task Deletes_what_a_project_sent_under_a_link()
    {
        _http.On($"DELETE {Base}/rest/deployments/0.1/bulkByProperties?linkId=0f8fad5bd9cb469fa16570867728950e&projectId=42", HttpStatusCode.Accepted);

        await _client.DeleteByProjectAsync(Site, ApiFamily.Deployments, LinkId, 42, JiraClient.Timeout, _test.CancellationToken);

        _http.AssertAllAsked();
    }

    private static ProviderSubmission Submission(ApiFamily family, EntityKind kind) => new()
    {
        Family = family,
        LinkId = LinkId,
        ProjectId = 42,
        Entities = [new ProviderEntity(kind, "a", JsonSerializer.SerializeToElement(new { id = "a" }), 1_777_000_000_000_001)],
    };
}
