namespace GitLabJira.Functions.GitLab.Instances;

/// <summary>One spelling per instance: a trailing slash or an upper-case letter must not make two of one (gl#388168).</summary>
public static class GitLabHosts
{
    /// <summary>The host without a trailing slash, as row keys and comparisons use it.</summary>
    public static string Name(Uri host) => host.GetLeftPart(UriPartial.Path).TrimEnd('/');

    public static Uri Normal(Uri host) => new(Name(host));

    public static bool Same(Uri one, Uri other) => string.Equals(Name(one), Name(other), StringComparison.Ordinal);

    /// <param name="path">Without a leading slash.</param>
    public static Uri Address(Uri host, string path) => new($"{Name(host)}/{path}");
}
