using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Hosting;

/// <summary>Where the app itself is reached. Absolute URLs and token audiences come from here, never from a request (the host shows its own scheme and address).</summary>
public sealed class AppOptions : IValidatableObject
{
    public const string Section = "App";

    /// <summary>Public address without a trailing slash, for example <c>https://gitlabjira.example.com</c>.</summary>
    [Required]
    public Uri BaseUrl { get; set; } = null!;

    /// <summary><see cref="BaseUrl"/> as tokens and the descriptor write it: without a trailing slash.</summary>
    public string Base => BaseUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>An absolute address below <see cref="BaseUrl"/>.</summary>
    /// <param name="path">Begins with a slash.</param>
    public Uri Address(string path) => new(Base + path);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // http is for this machine only: Jira refuses it, and a token would travel in the clear.
        if (!BaseUrl.IsAbsoluteUri || !(BaseUrl.Scheme is "https" || (BaseUrl.Scheme is "http" && BaseUrl.IsLoopback)))
        {
            yield return new ValidationResult("must be an absolute https address (http only on this machine).", [nameof(BaseUrl)]);
        }
        else if (BaseUrl.Query.Length > 0 || BaseUrl.Fragment.Length > 0 || BaseUrl.UserInfo.Length > 0)
        {
            yield return new ValidationResult("must have no query, fragment or user part.", [nameof(BaseUrl)]);
        }
        else if (BaseUrl.AbsoluteUri.Length > 200)
        {
            // Connect descriptor: baseUrl has at most 200 characters.
            yield return new ValidationResult("must have at most 200 characters.", [nameof(BaseUrl)]);
        }
    }
}
