namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>What became of a body.</summary>
/// <param name="Hook">Null when the body is of no use here, or not understood.</param>
/// <param name="Problem">Set when the body is not what GitLab sends: a sentence for the sender that repeats nothing of the body.</param>
/// <param name="Field">The field at fault, where it is one field.</param>
public sealed record HookReading(GitLabHook? Hook, string? Problem = null, string? Field = null)
{
    /// <summary>What stands in <see cref="Acknowledged"/> for a kind that nobody here has heard of.</summary>
    public const string UnknownKind = "unknown";

    /// <summary>Set for a well-formed body that changes nothing at Jira: GitLab's name of its kind if that is known, never text of the sender's own.</summary>
    public string? Acknowledged { get; private init; }

    internal static HookReading OfNoUse(string kind) => new(Hook: null) { Acknowledged = HookKinds.OfNoUse.Contains(kind) ? kind : UnknownKind };
}
