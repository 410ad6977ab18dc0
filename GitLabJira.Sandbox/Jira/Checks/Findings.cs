namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>What a check of one JSON value brought up.</summary>
public sealed class Findings
{
    /// <summary>A value of the wrong JSON type: a parser could not have read the request.</summary>
    public ICollection<string> Malformed { get; } = [];

    /// <summary>A value that breaks a limit.</summary>
    public ICollection<string> Invalid { get; } = [];

    /// <summary>Fields that Jira does not know. It ignores them; here they count as a mistake of the sender.</summary>
    public ICollection<string> Unknown { get; } = [];

    public bool Clean => Malformed.Count == 0 && Invalid.Count == 0;

    public IEnumerable<string> Errors => Malformed.Concat(Invalid);
}
