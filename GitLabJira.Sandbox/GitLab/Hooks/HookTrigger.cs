namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>The kinds of events that this instance sends.</summary>
public enum HookTrigger
{
    Push,
    MergeRequest,
    Note,
    Pipeline,
    Deployment,
    FeatureFlag,
    Project,
    Subgroup,
    Member,
}

/// <summary>The names that GitLab gives a kind of event in its different places.</summary>
public static class HookTriggerNames
{
    /// <summary>The attribute of a hook that switches this kind on.</summary>
    public static string EventsAttribute(this HookTrigger trigger) => trigger switch
    {
        HookTrigger.Push => "push_events",
        HookTrigger.MergeRequest => "merge_requests_events",
        HookTrigger.Note => "note_events",
        HookTrigger.Pipeline => "pipeline_events",
        HookTrigger.Deployment => "deployment_events",
        HookTrigger.FeatureFlag => "feature_flag_events",
        HookTrigger.Project => "project_events",
        HookTrigger.Subgroup => "subgroup_events",
        HookTrigger.Member => "member_events",
        _ => throw new ArgumentOutOfRangeException(nameof(trigger)),
    };

    /// <summary>The value of <c>X-Gitlab-Event</c>.</summary>
    public static string EventHeader(this HookTrigger trigger) => trigger switch
    {
        HookTrigger.MergeRequest => "Merge Request Hook",
        HookTrigger.FeatureFlag => "Feature Flag Hook",
        _ => $"{trigger} Hook",
    };

    /// <summary>The <c>trigger</c> of the delivery log.</summary>
    public static string LogName(this HookTrigger trigger) => trigger switch
    {
        HookTrigger.MergeRequest => "merge_request_hooks",
        HookTrigger.FeatureFlag => "feature_flag_hooks",
        _ => $"{trigger.ToString().ToLowerInvariant()}_hooks",
    };
}
