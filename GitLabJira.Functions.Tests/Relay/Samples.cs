using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.Relay;

internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 10, 0, 10, TimeSpan.Zero);

    public static Link Link { get; } = new()
    {
        Id = Guid.Parse("6c2b3f0e-7f43-4f3b-9d52-0f6b8f7f6a11"),
        ClientKey = "client",
        InstallationEpoch = 1,
        Host = new Uri("https://gitlab.example"),
        GroupId = 5,
        GroupPath = "acme",
        Epoch = 2,
        State = LinkState.Active,
        HookKind = HookKind.Group,
        LinkedByAccountId = "account",
        CreatedAt = Now.AddDays(-1),
        HookedAt = Now.AddDays(-1),
    };
}
