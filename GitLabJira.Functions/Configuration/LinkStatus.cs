using GitLabJira.Functions.GitLab.Grants;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.Configuration;

/// <summary>How a link stands in one word, why, and what helps: codes that the page has words and buttons for. Do not rename.</summary>
/// <param name="Help">Null when nothing has to be done.</param>
public sealed record LinkStatus(string Status, string? Reason = null, string? Help = null)
{
    private const string SignIn = "sign_in";
    private const string RestoreHook = "restore_hook";
    private const string Wait = "wait";
    private const string Retry = "retry";
    private const string Resync = "resync";
    private const string Relink = "relink";

    /// <param name="run">The one that goes on, else the last.</param>
    /// <param name="hook">A state of <see cref="HookHealthView"/>.</param>
    /// <param name="hasFailedProjects">Projects of the link are left that the last sync which read them could not read.</param>
    public static LinkStatus Of(Link link, SyncRunProgress? run, bool hasFailedProjects, string hook) => link.State switch
    {
        LinkState.Linking => new("linking", "gitlab_unavailable", Wait),
        LinkState.Unlinking => new("unlinking", link.InheritedBy is null ? "unlinked" : "taken_over", Wait),
        LinkState.Broken => new("broken", "other", Relink),
        LinkState.NeedsSignIn => new("needs_sign_in", link.StateReason is GrantAccess.RoleLost ? "role_lost" : "needs_sign_in", SignIn),
        LinkState.HookRemoved => new("hook_removed", "hook_removed", RestoreHook),
        _ => Active(run, hasFailedProjects, hook),
    };

    private static LinkStatus Active(SyncRunProgress? run, bool hasFailedProjects, string hook) => run switch
    {
        { EndedAt: null, State: SyncRunState.Waiting } => new("waiting", run.ReasonCode ?? SyncReasons.Other, run.ReasonCode is SyncReasons.NeedsSignIn ? SignIn : Wait),
        { EndedAt: null, State: SyncRunState.Listing or SyncRunState.Running } => new("syncing", "sync_running"),
        { State: SyncRunState.Failed } => new("broken", "sync_failed", Resync),
        _ when hasFailedProjects => new("broken", SyncReasons.ProjectsFailed, Retry),
        _ when hook is HookHealthView.Removed => new("in_sync", "hook_removed", RestoreHook),
        _ when hook is HookHealthView.Off => new("in_sync", "hook_off", Wait),
        _ => new("in_sync"),
    };
}
