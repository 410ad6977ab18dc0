namespace GitLabJira.Functions.Jira;

/// <summary>Decides which addresses count as Jira sites. The app calls what an install names, so an address outside the list would make it call anything.</summary>
public static class SiteAllowList
{
    private const string AnyPort = ":*";

    /// <param name="entries">Hosts, with <c>*.</c> for any subdomain, meaning https on its own port; or whole origins; or <c>http://localhost:*</c> for stand-ins on this machine.</param>
    public static bool Allows(IEnumerable<string> entries, Uri site) =>
        site.IsAbsoluteUri && site.UserInfo.Length == 0 && site.Query.Length == 0 && site.Fragment.Length == 0 && entries.Any(entry => Matches(entry, site));

    public static bool IsEntry(string entry) =>
        IsLocal(entry, out _)
        || (IsOrigin(entry)
            ? Uri.TryCreate(entry, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" && origin.PathAndQuery is "/"
            : Uri.CheckHostName(entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry) is UriHostNameType.Dns);

    private static bool Matches(string entry, Uri site)
    {
        if (IsLocal(entry, out var local))
        {
            return Uri.Compare(local, site, UriComponents.Scheme | UriComponents.Host, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        }

        if (IsOrigin(entry))
        {
            return Uri.TryCreate(entry, UriKind.Absolute, out var origin)
                && Uri.Compare(origin, site, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        }

        if (site.Scheme is not "https" || !site.IsDefaultPort)
        {
            return false;
        }

        return entry.StartsWith("*.", StringComparison.Ordinal)
            ? site.IdnHost.EndsWith(entry[1..], StringComparison.OrdinalIgnoreCase) && site.IdnHost.Length > entry.Length - 1
            : string.Equals(site.IdnHost, entry, StringComparison.OrdinalIgnoreCase);
    }

    // Elsewhere another port may be another tenant.
    private static bool IsLocal(string entry, out Uri origin)
    {
        origin = null!;
        return entry.EndsWith(AnyPort, StringComparison.Ordinal) && IsOrigin(entry) && Uri.TryCreate(entry[..^AnyPort.Length], UriKind.Absolute, out origin!) && origin.IsLoopback && origin.PathAndQuery is "/";
    }

    private static bool IsOrigin(string entry) => entry.Contains("://", StringComparison.Ordinal);
}
