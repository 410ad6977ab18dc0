using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Configuration;

/// <summary>What the framed pages may load, and who may frame them (Content-Security-Policy): no inline script, no inline style but an empty one.</summary>
public static class PagePolicy
{
    /// <summary>Atlassian's script loads the themes of Jira from here, wherever it was loaded from itself.</summary>
    private const string Themes = "https://connect-cdn.atl-paas.net";

    /// <summary>Only the very site that asked may frame the page. Avatars of groups come from its GitLab server.</summary>
    public static string Framed(Installation site, Uri bridge)
    {
        var display = Uri.TryCreate(site.DisplayUrl, UriKind.Absolute, out var shown) && shown.Scheme is "https" ? Origin(shown) : null;
        var ancestors = string.Join(' ', new[] { Origin(site.BaseUrl), display }.Where(origin => origin is not null).Distinct(StringComparer.Ordinal));

        return Framed(bridge, ancestors, $" {Origin(GitLabHosts.Address(site.GitLabHost, string.Empty))}");
    }

    /// <summary>For a sentence that is for whoever asks: there is nothing to press, and no site to name.</summary>
    public static string FramedByAnyone(Uri bridge) => Framed(bridge, "*", string.Empty);

    private static string Framed(Uri bridge, string ancestors, string pictures) =>
        $"default-src 'none'; script-src 'self' {Origin(bridge)}; style-src 'self' {UnframedPage.EmptyStyle} {string.Join(' ', new[] { Origin(bridge), Themes }.Distinct(StringComparer.Ordinal))}; img-src 'self'{pictures}; connect-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'";

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
