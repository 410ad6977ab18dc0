using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Jira.Tokens;

/// <summary>The query string hash of a request that came in.</summary>
public static class RequestQsh
{
    /// <param name="baseUrl">Our own address as the descriptor says it. A proxy in front may take its path off, then there is none to strip.</param>
    public static string Of(HttpRequest request, Uri baseUrl) =>
        Qsh.Compute(request.Method, (request.PathBase + request.Path).ToUriComponent(), request.QueryString.Value ?? "", baseUrl.AbsolutePath);
}
