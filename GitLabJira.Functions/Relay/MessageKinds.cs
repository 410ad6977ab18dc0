namespace GitLabJira.Functions.Relay;

/// <summary>What the messages of <c>gitlab-events</c> carry. The names stand in stored messages: do not rename.</summary>
internal static class MessageKinds
{
    /// <summary>A webhook's body, as it came.</summary>
    public const string Hook = "hook";

    /// <summary>Another look at one entity.</summary>
    public const string Look = "look";
}
