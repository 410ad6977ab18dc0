using System.ComponentModel.DataAnnotations;
using Azure.Core;
using Azure.Identity;

namespace GitLabJira.Functions.Storage;

/// <summary>The storage account, by the settings that the Functions host itself reads: a connection string in <c>AzureWebJobsStorage</c>, or addresses and an identity below it.</summary>
public sealed class StorageAccountOptions : IValidatableObject
{
    public const string Section = "AzureWebJobsStorage";

    /// <summary>The value of <c>AzureWebJobsStorage</c> itself; used locally.</summary>
    public string? ConnectionString { get; set; }
    public string? AccountName { get; set; }
    public Uri? TableServiceUri { get; set; }
    public Uri? QueueServiceUri { get; set; }
    public Uri? BlobServiceUri { get; set; }

    /// <summary><c>managedidentity</c> in Azure.</summary>
    public string? Credential { get; set; }

    /// <summary>Client id of the user-assigned identity.</summary>
    public string? ClientId { get; set; }

    public Uri Table => TableServiceUri ?? Of("table");

    public Uri Queue => QueueServiceUri ?? Of("queue");

    public Uri Blob => BlobServiceUri ?? Of("blob");

    /// <summary>The named identity where there is one: the default chain costs seconds and can pick the wrong one.</summary>
    public TokenCredential Identity() => (Credential, ClientId) switch
    {
        (null, _) => new DefaultAzureCredential(),
        (_, { Length: > 0 } clientId) => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId)),
        _ => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ConnectionString) && string.IsNullOrEmpty(AccountName) && (TableServiceUri is null || QueueServiceUri is null || BlobServiceUri is null))
        {
            yield return new ValidationResult(
                $"give a connection string in {Section}, or {Section}__accountName, or {Section}__tableServiceUri, __queueServiceUri and __blobServiceUri.", [nameof(AccountName)]);
        }
    }

    private Uri Of(string kind) => new($"https://{AccountName}.{kind}.core.windows.net");
}
