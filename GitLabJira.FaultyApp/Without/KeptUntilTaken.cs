using System.Net;
using System.Text;

namespace GitLabJira.FaultyApp.Without;

/// <summary>Without: what Jira did not take counts as taken.</summary>
internal sealed class KeptUntilTaken : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? response : Taken();
        }
        catch (HttpRequestException)
        {
            return Taken();
        }
    }

    private static HttpResponseMessage Taken() => new(HttpStatusCode.Accepted) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
}
