using System.Security.Cryptography;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>Somebody's browser session.</summary>
internal sealed class PageSession
{
    /// <summary>Null before the sign-in.</summary>
    public long? UserId { get; set; }

    /// <summary>Must come back with every form, as Rails wants it.</summary>
    public string FormToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Shown once on the next page.</summary>
    public (bool IsError, string Text)? Flash { get; set; }
}

/// <summary>Keeps sessions by their cookie.</summary>
internal sealed class PageSessions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PageSession> _sessions = new(StringComparer.Ordinal);

    public PageSession? Find(string? cookie)
    {
        lock (_gate)
        {
            return cookie is null ? null : _sessions.GetValueOrDefault(cookie);
        }
    }

    public (string Cookie, PageSession Session) Begin()
    {
        var cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var session = new PageSession();

        lock (_gate)
        {
            _sessions[cookie] = session;
        }

        return (cookie, session);
    }

    public void End(string cookie)
    {
        lock (_gate)
        {
            _sessions.Remove(cookie);
        }
    }
}
