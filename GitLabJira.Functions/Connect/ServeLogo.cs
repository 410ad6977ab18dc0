using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Connect;

/// <summary>Serves the picture that Jira shows beside the data, at 16 × 16: a branch, drawn for this app.</summary>
public sealed class ServeLogo
{
    private const string Branch = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="#E24329" stroke-width="1.6" stroke-linecap="round">
          <path d="M4.5 5.5v5M4.5 9.5c0-2.6 7-.9 7-4"/>
          <circle cx="4.5" cy="3.5" r="1.9"/>
          <circle cx="4.5" cy="12.5" r="1.9"/>
          <circle cx="11.5" cy="3.5" r="1.9"/>
        </svg>

        """;

    [Function(nameof(ServeLogo))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ConnectRoutes.Logo)] HttpRequest request) =>
        TypedResults.Text(Branch, "image/svg+xml");
}
