namespace GitLabJira.Functions.Relay;

/// <summary>What the messages of <c>gitlab-events</c> carry. The names stand in stored messages: do not rename.</summary>
internal static class MessageKinds
{
    /// <summary>A webhook's body, as it came.</summary>
    public const string Hook = "hook";

    /// <summary>The same, after Jira got what the body says: only GitLab's own state is missing.</summary>
    public const string FedHook = "hook-fed";

    /// <summary>A <see cref="LookRequest"/>.</summary>
    public const string Look = "look";
}
