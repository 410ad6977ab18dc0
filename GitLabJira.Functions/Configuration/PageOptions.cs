using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Configuration;

/// <summary>What the framed page loads from elsewhere.</summary>
public sealed class PageOptions : IValidatableObject
{
    /// <summary>Shares the section with the Connect settings: both are about Jira.</summary>
    public const string Section = "Connect";

    /// <summary>Atlassian's script that connects the page with the Jira page around it.</summary>
    [Required]
    public Uri BridgeUrl { get; set; } = new("https://connect-cdn.atl-paas.net/all.js");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // The script acts as the signed-in user.
        if (!BridgeUrl.IsAbsoluteUri || !(BridgeUrl.Scheme is "https" || (BridgeUrl.Scheme is "http" && BridgeUrl.IsLoopback)))
        {
            yield return new ValidationResult("must be an absolute https address (http only on this machine).", [nameof(BridgeUrl)]);
        }
    }
}
