namespace GitLabJira.Functions.Relay;

/// <summary>What a delivery's secrets say about it.</summary>
public enum WebhookVerdict
{
    Accepted,

    /// <summary>Neither token nor signature.</summary>
    MissingSecret,
    WrongToken,
    WrongSignature,

    /// <summary>The signature's time is too far off, or no time: a replay.</summary>
    StaleSignature,
    UnknownLink,
    UnlinkedLink,
}
