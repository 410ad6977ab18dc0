using GitLabJira.Functions.Jira;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Connect;

/// <summary>Serves the Connect descriptor. Open to everyone: Jira and the Marketplace read it without a token.</summary>
public sealed class ServeDescriptor(DescriptorBuilder descriptor)
{
    [Function(nameof(ServeDescriptor))]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ConnectRoutes.Descriptor)] HttpRequest request) =>
        TypedResults.Json(descriptor.Build(), DescriptorJson.Default.Descriptor);
}
