using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.GitLab;

/// <summary>The default GitLab instance and the OAuth application registered there (confidential, scope <c>api</c>, redirect <c>{App:BaseUrl}/gitlab/callback</c>).</summary>
public sealed class GitLabOptions : IValidatableObject
{
    public const string Section = "GitLab";

    /// <summary>Address of the default instance; its entities carry no tag in the ids that Jira sees, so it cannot be changed once links exist.</summary>
    [Required]
    public Uri Host { get; set; } = new("https://gitlab.com");

    [Required]
    public string ApplicationId { get; set; } = "";

    /// <summary>Empty for an application that is not confidential.</summary>
    public string? ApplicationSecret { get; set; }

    /// <summary>Whether GitLab shall check our certificate when it calls a hook; off only where the app has none that GitLab knows.</summary>
    public bool VerifyHookCertificate { get; set; } = true;

    /// <summary>Whether admins of sites may choose instances in the app's own network (private addresses, names that mean something there only). Only for an app whose sites all trust each other: such a choice makes the app call what it names.</summary>
    public bool AllowPrivateHosts { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // http is for this machine only: tokens would travel in the clear.
        if (!Host.IsAbsoluteUri || !(IsScheme(Uri.UriSchemeHttps) || (IsScheme(Uri.UriSchemeHttp) && Host.IsLoopback)))
        {
            yield return new ValidationResult("must be an absolute https address (http only on this machine).", [nameof(Host)]);
        }
        else if (Host.Query.Length > 0 || Host.Fragment.Length > 0 || Host.UserInfo.Length > 0)
        {
            yield return new ValidationResult("must have no query, fragment or user part.", [nameof(Host)]);
        }
    }

    private bool IsScheme(string scheme) => string.Equals(Host.Scheme, scheme, StringComparison.Ordinal);
}
