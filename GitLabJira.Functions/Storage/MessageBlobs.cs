using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Storage;

/// <summary>Bodies that do not fit into a queue message. A lifecycle rule of 30 days stands behind the removal.</summary>
public sealed class MessageBlobs(BlobServiceClient service, IOptions<StorageOptions> options, TimeProvider clock)
{
    private readonly BlobContainerClient _container = service.GetBlobContainerClient(options.Value.MessageContainer);

    /// <returns>The blob's name. Never used twice: a message sent on must not share its body with the one that is completed.</returns>
    public async Task<string> WriteAsync(string queue, BinaryData body, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{queue}/{clock.GetUtcNow():yyyyMMdd}/{Guid.NewGuid():N}");
        var blob = _container.GetBlobClient(name);

        try
        {
            await blob.UploadAsync(body, overwrite: true, cancellationToken);
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await blob.UploadAsync(body, overwrite: true, cancellationToken);
        }

        return name;
    }

    /// <returns>Null when the blob is gone.</returns>
    public async Task<BinaryData?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await _container.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content;
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
}
