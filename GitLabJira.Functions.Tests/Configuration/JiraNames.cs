using System.Net;

namespace GitLabJira.Functions.Tests.Configuration;

/// <summary>A Jira that is asked what people are called.</summary>
internal sealed class JiraNames : HttpMessageHandler
{
    /// <summary>Of everybody; null when Jira shows nobody.</summary>
    public string? Name { get; set; }

    public HttpStatusCode Unknown { get; set; } = HttpStatusCode.NotFound;

    public int Asked { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult(Name is null ? StubHttp.Answer(Unknown) : StubHttp.Answer(HttpStatusCode.OK, $$"""{"accountId":"a","displayName":"{{Name}}","emailAddress":"ann@example.com"}"""));
    }
}
