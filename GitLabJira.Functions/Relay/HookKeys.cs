using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Relay;

/// <summary>Whether an event may name an issue by itself. If not, it is only about what Jira holds already, which is mostly nothing.</summary>
internal static class HookKeys
{
    /// <remarks>True for events whose body does not tell.</remarks>
    public static bool MayBeIn(GitLabHook hook) => hook switch
    {
        PushHook push => MayBeIn(push),
        MergeRequestHook mergeRequest => MayBeIn(mergeRequest),
        NoteHook note => AreIn(note.MergeRequest),
        PipelineHook pipeline => MayBeIn(pipeline),
        _ => true,
    };

    // GitLab names only the newest 20 commits: others may hold keys.
    public static bool MayBeIn(PushHook push) =>
        IssueKeys.ContainsAny(push.Branch) || push.Commits.Any(commit => IssueKeys.ContainsAny(commit.Message)) || push.TotalCommits > push.Commits.Count;

    public static bool MayBeIn(MergeRequestHook hook) => AreIn(hook.MergeRequest) || hook.PreviousTexts.Any(text => IssueKeys.ContainsAny(text));

    /// <remarks>The body lacks the merge requests' descriptions.</remarks>
    public static bool MayBeIn(PipelineHook hook) => hook.Texts.Any(text => IssueKeys.ContainsAny(text));

    public static bool AreIn(GitLabMergeRequest mergeRequest) =>
        IssueKeys.ContainsAny(mergeRequest.Title) || IssueKeys.ContainsAny(mergeRequest.Description) || IssueKeys.ContainsAny(mergeRequest.SourceBranch);
}
