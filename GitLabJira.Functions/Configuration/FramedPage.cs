using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>The configuration page with what it shows first. All before that goes out at once, so that the browser fetches scripts and styles meanwhile.</summary>
internal sealed class FramedPage(string html, Task<FirstLookView?> first) : IResult
{
    private const string FirstPlace = "<!--first-->";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var place = html.IndexOf(FirstPlace, StringComparison.Ordinal);
        var response = httpContext.Response;
        var cancellationToken = httpContext.RequestAborted;
        response.ContentType = "text/html; charset=utf-8";

        await response.WriteAsync(html[..place], cancellationToken);
        await response.Body.FlushAsync(cancellationToken);

        if (await first is { } look)
        {
            // Data, which no policy takes for a script; the serializer writes < and > as escapes.
            await response.WriteAsync($"<script type=\"application/json\" id=\"first\">{JsonSerializer.Serialize(look, ConfigurationJson.Default.FirstLookView)}</script>", cancellationToken);
        }

        await response.WriteAsync(html[(place + FirstPlace.Length)..], cancellationToken);
    }
}
