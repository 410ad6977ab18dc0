using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Serves the page's script and style. They hold nobody's data, so they need no token; the browser asks again each time and is told when nothing changed.</summary>
public sealed class ServeConfigurationAsset
{
    [Function(nameof(ServeConfigurationAsset))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "configuration/assets/{name}")] HttpRequest request, string name)
    {
        if (PageFiles.Asset(name) is not { } asset)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "not_found", "There is no such file.");
        }

        return TypedResults.Bytes(asset.Content, asset.Type);
    }
}
