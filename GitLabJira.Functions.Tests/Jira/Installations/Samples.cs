using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Installations;

internal static class Samples
{
    public const string Secret = "correct-horse-battery-staple-correct-horse";

    public static Installation Installation { get; } = new()
    {
        ClientKey = "tenant-1",
        BaseUrl = new Uri("https://site.atlassian.net"),
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = new Uri("https://gitlab.com"),
        SharedSecret = Secret,
    };
}
