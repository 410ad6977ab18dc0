using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Sealing;

/// <summary>Where the key is that wraps data keys.</summary>
public sealed class SealingOptions : IValidatableObject
{
    public const string Section = "Sealing";

    /// <summary>Key Vault key, without a version so that rotation takes effect: <c>https://….vault.azure.net/keys/….</c></summary>
    public Uri? KeyVaultKeyId { get; set; }

    /// <summary>Key file used without Key Vault; made when it is not there. Keep it outside the repository.</summary>
    [Required]
    public string LocalKeyFile { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "gitlabjira", "sealing.key.json");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyVaultKeyId is { } key && (!key.IsAbsoluteUri || key.Scheme is not "https" || key.Segments is not ["/", "keys/", _, ..]))
        {
            yield return new ValidationResult("must be the https address of a key: https://….vault.azure.net/keys/….", [nameof(KeyVaultKeyId)]);
        }
    }
}
