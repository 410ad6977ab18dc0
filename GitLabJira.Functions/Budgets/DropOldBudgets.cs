using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Budgets;

/// <summary>Every hour: removes budgets of users, hosts and sites that nobody asks of any more.</summary>
public sealed class DropOldBudgets(BudgetStore store, TimeProvider clock)
{
    [Function(nameof(DropOldBudgets))]
    public Task RunAsync([TimerTrigger("0 35 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => store.DropOldAsync(clock.GetUtcNow(), cancellationToken);
}
