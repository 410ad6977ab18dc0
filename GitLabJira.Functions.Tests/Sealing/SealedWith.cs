using GitLabJira.Functions.Sealing;

namespace GitLabJira.Functions.Tests.Sealing;

/// <summary>Real sealing over rows in memory.</summary>
internal static class SealedWith
{
    public static Sealer NewKeys(TimeProvider clock) => new(new DataKeys(new MemoryDataKeyRows(), new XorWrapper(), clock));
}
