using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Jira;

/// <summary>What the app is to Jira: the fields of the Connect descriptor that differ between installations of the app, and whom it believes about installs.</summary>
public sealed class ConnectOptions : IValidatableObject
{
    public const string Section = "Connect";

    private static readonly string[] AtlassianSites = ["*.atlassian.net", "*.jira.com"];
    private static readonly string[] AtlassianKeyHosts = ["https://asap-distribution.us-west-2.prod.atl-asap.net", "https://connect-install-keys.atlassian.com"];

    /// <summary>The app's key: permanent, as data in Jira belongs to it.</summary>
    [Required]
    [RegularExpression("^[a-zA-Z0-9._-]{1,64}$", ErrorMessage = "must be 1 to 64 letters, digits, dots, underscores and hyphens.")]
    public string Key { get; set; } = null!;

    [Required]
    [StringLength(80)]
    public string Name { get; set; } = "GitLab for Jira Cloud";

    [Required]
    [StringLength(1400)]
    public string Description { get; set; } = "Shows GitLab branches, commits, merge requests, builds, deployments and feature flags in Jira issues.";

    [Required]
    [StringLength(100)]
    public string VendorName { get; set; } = "GitLabJira";

    /// <summary>Page of the vendor; the app's own address when not given.</summary>
    public Uri? VendorUrl { get; set; }

    public Uri DocumentationUrl { get; set; } = new("https://docs.gitlab.com/integration/jira/");

    public Uri HomeUrl { get; set; } = new("https://gitlab.com");

    /// <summary>Shown at 16 × 16 in the development panel; the app's own picture when not given.</summary>
    public Uri? LogoUrl { get; set; }

    /// <summary>Name under which Jira shows the data.</summary>
    [Required]
    [StringLength(80)]
    public string ProviderName { get; set; } = "GitLab";

    /// <summary>Sites that may install the app: a host (<c>*.atlassian.net</c>, https only), or a whole origin (<c>http://localhost:8080</c>, <c>http://localhost:*</c>). Atlassian's production hosts when empty.</summary>
    public IList<string> SiteHosts { get; } = [];

    /// <summary>Where the public keys of install tokens come from, in the order they are asked. Atlassian's production hosts when empty.</summary>
    public IList<Uri> KeyHosts { get; } = [];

    /// <summary>Further audiences that install tokens may name besides <c>App:BaseUrl</c>: earlier or regional addresses of the app.</summary>
    public IList<Uri> Audiences { get; } = [];

    /// <summary>Names of Jira groups whose members may link groups. The default names are Atlassian's; a site can rename them.</summary>
    public IList<string> AdminGroups { get; } = [];

    public IReadOnlyList<string> EffectiveSiteHosts => SiteHosts.Count > 0 ? [.. SiteHosts] : AtlassianSites;

    public IReadOnlyList<Uri> EffectiveKeyHosts => KeyHosts.Count > 0 ? [.. KeyHosts] : [.. AtlassianKeyHosts.Select(host => new Uri(host))];

    public IReadOnlyList<string> EffectiveAdminGroups => AdminGroups.Count > 0 ? [.. AdminGroups] : ["site-admins", "org-admins"];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, url) in new[] { (nameof(VendorUrl), VendorUrl), (nameof(DocumentationUrl), DocumentationUrl), (nameof(HomeUrl), HomeUrl), (nameof(LogoUrl), LogoUrl) })
        {
            if (url is not null && (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http") || url.AbsoluteUri.Length > 200))
            {
                yield return new ValidationResult("must be an absolute http or https address of at most 200 characters.", [name]);
            }
        }

        if (SiteHosts.Any(entry => !SiteAllowList.IsEntry(entry)))
        {
            yield return new ValidationResult("must be host names, optionally with a leading *., or origins such as http://localhost:8080.", [nameof(SiteHosts)]);
        }

        if (KeyHosts.Any(host => !host.IsAbsoluteUri || !(host.Scheme is "https" || (host.Scheme is "http" && host.IsLoopback))))
        {
            yield return new ValidationResult("must be absolute https addresses (http only on this machine).", [nameof(KeyHosts)]);
        }

        if (Audiences.Any(audience => !audience.IsAbsoluteUri))
        {
            yield return new ValidationResult("must be absolute addresses.", [nameof(Audiences)]);
        }
    }
}
