using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Decides whether a hook wants to hear of pushes to a branch.</summary>
internal static class PushBranchFilter
{
    public static bool Lets(GitLabHook hook, string branch) => hook.FilterStrategy switch
    {
        BranchFilterStrategy.AllBranches => true,
        _ when hook.PushBranchFilter.Length == 0 => true,
        BranchFilterStrategy.Regex => Matches(hook.PushBranchFilter, branch),
        _ => Matches($"^{Regex.Escape(hook.PushBranchFilter).Replace("\\*", ".*", StringComparison.Ordinal)}$", branch),
    };

    // GitLab runs RE2, which knows no look-around; .NET's non-backtracking engine has the same limits.
    private static bool Matches(string pattern, string branch) => Regex.IsMatch(branch, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
