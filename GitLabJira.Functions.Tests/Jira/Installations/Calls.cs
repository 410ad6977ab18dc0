using System.Globalization;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Installations;

/// <summary>Lifecycle calls as they are after their tokens were verified.</summary>
internal static class Calls
{
    private static int _tokens;

    public static LifecycleCall Install(DateTimeOffset issuedAt) => Uninstall(issuedAt) with { CloudId = "cloud-1", SharedSecret = Samples.Secret };

    public static LifecycleCall Uninstall(DateTimeOffset issuedAt) => new()
    {
        ClientKey = "tenant-1",
        BaseUrl = new Uri("https://site.atlassian.net"),
        IssuedAt = issuedAt,
        ExpiresAt = issuedAt.AddMinutes(3),
        TokenHash = Interlocked.Increment(ref _tokens).ToString("x64", CultureInfo.InvariantCulture),
        BodyHash = "body",
    };
}
