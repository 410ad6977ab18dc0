namespace GitLabJira.Functions.Budgets;

/// <summary>Whether work may go on.</summary>
/// <param name="Used">How much of the window is used up by everybody, 0 to 1, as far as this process knows.</param>
/// <param name="Until">When to ask again; null when work may go on.</param>
public sealed record BudgetAnswer(bool MayGoOn, double Used, DateTimeOffset? Until);

/// <summary>Tells work that is not urgent whether a GitLab host has room for it.</summary>
public interface IGitLabBudget
{
    /// <summary>Takes nothing: each request takes its own share when it is made. Answers are up to five seconds old.</summary>
    Task<BudgetAnswer> AskAsync(Uri host, WorkPriority priority, CancellationToken cancellationToken);
}
