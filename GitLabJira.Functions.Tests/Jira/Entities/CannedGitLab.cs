using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Tests.Budgets;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>Answers what a table's <c>gitlab</c> object holds: JSON by path, a number for a status, 404 for the rest.</summary>
internal sealed class CannedGitLab(JsonElement answers, int? total) : HttpMessageHandler
{
    private const string Root = "https://gitlab.example.com/api/v4/";

    public static readonly GitLabAccess Access = new(EntitySamples.Link.Host, "token", "grant");

    public GitLabReader Reader => new(Client());

    public GitLabCiReader CiReader => new(Client());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsoluteUri[Root.Length..];
        var response = !answers.TryGetProperty(path, out var answer) ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : answer.ValueKind is JsonValueKind.Number ? new HttpResponseMessage((HttpStatusCode)answer.GetInt32())
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.GetRawText(), Encoding.UTF8, "application/json") };

        if (total is { } count)
        {
            response.Headers.Add("x-total", count.ToString(CultureInfo.InvariantCulture));
        }

        return Task.FromResult(response);
    }

    private GitLabClient Client()
    {
        var instances = new Mock<IInstances>();
        instances.Setup(i => i.KnowsAsync(It.IsAny<Uri>(), It.IsAny<CancellationToken>())).ReturnsAsync(true);
        return new GitLabClient(new HttpClient(this, disposeHandler: false), instances.Object, NoBudgets.Requests, new FakeTimeProvider());
    }
}
