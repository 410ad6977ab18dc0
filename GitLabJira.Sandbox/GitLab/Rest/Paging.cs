using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>GitLab's offset pages: at most 100 a page, headers with the totals up to 10,000 rows, and <c>Link</c>.</summary>
internal static class Paging
{
    private const int MaxPerPage = 100;
    private const int MaxCounted = 10_000;

    public static (int Page, int PerPage) Read(ApiParameters parameters)
    {
        var page = parameters.Integer("page") ?? 1;
        var perPage = parameters.Integer("per_page") ?? 20;

        if (page < 1 || page > int.MaxValue)
        {
            throw ApiException.Invalid("page does not have a valid value");
        }

        if (perPage < 1)
        {
            throw ApiException.Invalid("per_page does not have a valid value");
        }

        return ((int)page, (int)Math.Min(perPage, MaxPerPage));
    }

    public static ApiAnswer Page<T>(ApiRequest request, IReadOnlyCollection<T> all, Func<T, JsonNode> show)
    {
        var (page, perPage) = Read(request.Parameters);
        WriteHeaders(request, page, perPage, all.Count);
        return ApiAnswer.Ok(Json.Array(all.Skip((page - 1) * perPage).Take(perPage).Select(show)));
    }

    /// <summary>Some lists tell only whether there is more.</summary>
    public static ApiAnswer PageWithoutTotal<T>(ApiRequest request, IReadOnlyCollection<T> all, Func<T, JsonNode> show)
    {
        var (page, perPage) = Read(request.Parameters);
        WriteHeaders(request, page, perPage, all.Count, tellsTotal: false);
        return ApiAnswer.Ok(Json.Array(all.Skip((page - 1) * perPage).Take(perPage).Select(show)));
    }

    public static void WriteHeaders(ApiRequest request, int page, int perPage, int total, bool tellsTotal = true)
    {
        tellsTotal = tellsTotal && total <= MaxCounted;
        var pages = Math.Max(1, (total + perPage - 1) / perPage);
        var headers = request.Http.Response.Headers;
        headers["x-page"] = Text(page);
        headers["x-per-page"] = Text(perPage);
        headers["x-prev-page"] = page > 1 ? Text(page - 1) : "";
        headers["x-next-page"] = page < pages ? Text(page + 1) : "";
        var links = new List<string>();

        if (page > 1)
        {
            links.Add(Link(request, "prev", ("page", Text(page - 1)), ("per_page", Text(perPage))));
        }

        if (page < pages)
        {
            links.Add(Link(request, "next", ("page", Text(page + 1)), ("per_page", Text(perPage))));
        }

        links.Add(Link(request, "first", ("page", "1"), ("per_page", Text(perPage))));

        if (tellsTotal)
        {
            headers["x-total"] = Text(total);
            headers["x-total-pages"] = Text(pages);
            links.Add(Link(request, "last", ("page", Text(pages)), ("per_page", Text(perPage))));
        }

        headers.Link = string.Join(", ", links);
    }

    /// <summary>Keyset pages have no totals, only the way on.</summary>
    public static void WriteNextKey(ApiRequest request, string name, string key) =>
        request.Http.Response.Headers.Link = Link(request, "next", (name, key));

    private static string Link(ApiRequest request, string relation, params ReadOnlySpan<(string Name, string Value)> changed)
    {
        var query = request.Http.Request.Query.ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString(), StringComparer.Ordinal);

        foreach (var (name, value) in changed)
        {
            query[name] = value;
        }

        var address = $"{new Uri(request.Site.BaseUrl).GetLeftPart(UriPartial.Authority)}{ApiRequest.RawPath(request.Http)}";
        return $"<{QueryHelpers.AddQueryString(address, query)}>; rel=\"{relation}\"";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
