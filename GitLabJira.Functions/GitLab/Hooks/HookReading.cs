namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>What became of a body.</summary>
/// <param name="Hook">Null when the body is of no use here, or not understood.</param>
/// <param name="Problem">Set when the body is not what GitLab sends: a sentence for the sender that repeats nothing of the body.</param>
/// <param name="Field">The field at fault, where it is one field.</param>
public sealed record HookReading(GitLabHook? Hook, string? Problem = null, string? Field = null)
{
    /// <summary>Well formed, but of a kind that changes nothing at Jira.</summary>
    public static HookReading OfNoUse { get; } = new(Hook: null);
}
