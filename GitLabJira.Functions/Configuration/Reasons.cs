namespace GitLabJira.Functions.Configuration;

/// <summary>Reason codes of the page's calls: every answer carries one. The page and tests go by them; do not rename.</summary>
public static class Reasons
{
    public const string NotSignedIn = "not_signed_in";
    public const string NotSiteAdmin = "not_site_admin";
    public const string JiraUserUnknown = "jira_user_unknown";
    public const string JiraUnavailable = "jira_unavailable";
    public const string BadField = "bad_field";

    public const string SignedIn = "signed_in";
    public const string SignedOut = "signed_out";
    public const string SignInStarted = "sign_in_started";
    public const string SignInExpired = "sign_in_expired";
    public const string SignInOfSomeoneElse = "sign_in_of_someone_else";
    public const string CodeRefused = "code_refused";
    public const string GitLabUserUnknown = "gitlab_user_unknown";
    public const string GitLabAddressRefused = "gitlab_address_refused";
    public const string GitLabUnreachable = "gitlab_unreachable";
    public const string NotAGitLab = "not_a_gitlab";
    public const string ApplicationRefused = "application_refused";
    public const string InstanceUnknown = "gitlab_instance_unknown";

    public const string Listed = "listed";
    public const string Linked = "linked";
    public const string Linking = "linking";
    public const string GroupNotFound = "group_not_found";
    public const string IsAProject = "is_a_project";
    public const string IsAPersonalNamespace = "is_a_personal_namespace";
    public const string AlreadyLinked = "already_linked";
    public const string CoveredByParent = "covered_by_parent";
    public const string CleanUpRunning = "clean_up_running";
    public const string RemovedMeanwhile = "removed_meanwhile";
    public const string HookRestored = "hook_restored";
    public const string HookRefused = "hook_refused";
    public const string NeedsMaintainer = "needs_maintainer";
    public const string Unlinking = "unlinking";
    public const string LinkNotFound = "link_not_found";
    public const string Moved = "moved";
    public const string Shown = "shown";
    public const string Changed = "changed";
    public const string ChangedMeanwhile = "changed_meanwhile";
    public const string SyncStarted = "sync_started";
    public const string SyncRunning = "sync_running";
    public const string RunNotFound = "run_not_found";
    public const string NothingToRetry = "nothing_to_retry";
    public const string OtherInstance = "other_gitlab_instance";

    public const string GitLabRefused = "gitlab_refused";
    public const string GitLabRateLimited = "gitlab_rate_limited";
    public const string GitLabUnavailable = "gitlab_unavailable";
}
