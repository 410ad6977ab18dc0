using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>Small things that every part of the instance does with a request.</summary>
internal static class SiteHttp
{
    public static string? BearerOf(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();

        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        return http.Request.Headers.TryGetValue("PRIVATE-TOKEN", out var personal) ? personal.ToString() : null;
    }

    public static async Task WriteJsonAsync(HttpContext http, int status, JsonNode? body)
    {
        http.Response.StatusCode = status;

        if (body is null)
        {
            return;
        }

        http.Response.ContentType = "application/json";
        var bytes = Json.ToBytes(body);
        http.Response.ContentLength = bytes.Length;

        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    public static async Task WriteTextAsync(HttpContext http, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        await http.Response.WriteAsync(text, http.RequestAborted);
    }
}
