using System.Collections.Frozen;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Kinds of hooks that are acknowledged and nothing else, on purpose: nothing that Jira shows follows from them.</summary>
internal static class HookKinds
{
    public static readonly FrozenSet<string> OfNoUse = FrozenSet.ToFrozenSet(
        [
            // A note on anything but a merge request, or one that GitLab wrote itself.
            "note",

            // Jira has no place for these.
            "tag_push", "release", "issue", "work_item", "wiki_page", "milestone", "emoji", "vulnerability", "access_token",

            // Jobs are told by their pipeline.
            "build", "job",

            // Who asks for access has none yet.
            "user_access_request_to_group", "user_access_request_denied_for_group",
            "user_access_request_to_team", "user_access_request_denied_for_team",

            // System hooks about people and keys; a changed repository is told by its push.
            "user_create", "user_destroy", "user_rename", "user_failed_login", "key_create", "key_destroy", "repository_update",
        ],
        StringComparer.Ordinal);
}
