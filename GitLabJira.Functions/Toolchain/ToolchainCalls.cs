using System.Globalization;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Tokens;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Toolchain;

/// <summary>What the calls of Jira's toolchain page have in common: who calls stands in a token for exactly this request, and what is searched in the query or in a small body.</summary>
public sealed class ToolchainCalls(IConnectAuthenticator authenticator)
{
    public const string BadField = "bad_field";

    private const int LongestQuery = 255;
    private const int DefaultLimit = 20;
    private const int LargestLimit = 100;
    private const int LastPage = 10_000;

    /// <returns>The site that calls; null: answer <see cref="Problem.Unauthorized"/>. Jira calls without a user.</returns>
    public async Task<Installation?> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await authenticator.AuthenticateUrlAsync(request, cancellationToken) is { Installation: { State: InstallationState.Installed } site } ? site : null;

    /// <summary>Reads the search of a GET or a POST.</summary>
    public static async Task<(string Text, int Page, int Limit, IResult? Refusal)> SearchAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = new ToolchainSearch(Query(request, "searchQuery"), Number(request, "page"), Number(request, "limit"));

        if (HttpMethods.IsPost(request.Method) && asked.SearchQuery is null)
        {
            var (body, refusal) = await request.ReadJsonAsync(ToolchainJson.Default.ToolchainSearch, cancellationToken, optional: true);

            if (refusal is not null)
            {
                return ("", 1, DefaultLimit, refusal);
            }

            asked = new ToolchainSearch(body?.SearchQuery, asked.Page ?? body?.Page, asked.Limit ?? body?.Limit);
        }

        var (text, page, limit) = (asked.SearchQuery?.Trim() ?? "", asked.Page ?? 1, asked.Limit ?? DefaultLimit);
        var (field, rule) = text.Length > LongestQuery ? ("searchQuery", $"must have at most {LongestQuery} characters.")
            : page is < 1 or > LastPage ? ("page", $"must be a number from 1 to {LastPage}.")
            : limit is < 1 or > LargestLimit ? ("limit", $"must be a number from 1 to {LargestLimit}.")
            : ("", "");

        return (text, page, limit, field.Length == 0 ? null : Problem.Of(StatusCodes.Status400BadRequest, BadField, $"{field} {rule}", field));
    }

    private static string? Query(HttpRequest request, string name) => request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>What is no number becomes one that no call takes.</summary>
    private static int? Number(HttpRequest request, string name) =>
        Query(request, name) is not { Length: > 0 } text ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
