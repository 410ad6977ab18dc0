using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Serves scripts, styles and pictures of all pages. They hold nobody's data, so they need no token, and their names change with their content, so browsers keep them.</summary>
public sealed class ServeConfigurationAsset
{
    [Function(nameof(ServeConfigurationAsset))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/assets/{name}")] HttpRequest request, string name)
    {
        // A page of an earlier version asks for what is no more: it must not remember that there is nothing.
        if (PageFiles.Asset(name) is not { } asset)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "not_found", "There is no such file.");
        }

        var headers = request.HttpContext.Response.Headers;
        var (content, encoding) = Choose(asset, request.GetTypedHeaders());
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";

        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        return TypedResults.Bytes(content, asset.Type);
    }

    /// <summary>The smallest form that the browser takes (RFC 9110, 12.5.3); a quality of 0 forbids one.</summary>
    private static (byte[] Content, string? Encoding) Choose(PageAsset asset, RequestHeaders headers)
    {
        bool Takes(string encoding) => headers.AcceptEncoding.Any(accepted => accepted.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && accepted.Quality is not 0);

        return Takes("br") ? (asset.Brotli, "br") : Takes("gzip") ? (asset.Gzip, "gzip") : (asset.Plain, null);
    }
}
