namespace GitLabJira.Functions.GitLab.Links;

public enum LinkAdditionOutcome
{
    Added,

    /// <summary>The installation links this very group.</summary>
    AlreadyLinked,

    /// <summary>A group above is linked.</summary>
    Covered,

    /// <summary>A link of this group, above or below it, is being removed: its clean-up would take away what a new link sends.</summary>
    CleanUpRunning,
}

/// <param name="Link">The new row, when added.</param>
/// <param name="Other">The link in the way, when not.</param>
public sealed record LinkAddition(LinkAdditionOutcome Outcome, Link? Link, Link? Other);

/// <param name="Link">The row as it stands now; null when it is gone.</param>
/// <param name="TakenOver">Links below that this activation put into <see cref="LinkState.Unlinking"/>; their clean-up is to be started.</param>
public sealed record LinkActivation(Link? Link, IReadOnlyList<Link> TakenOver);
