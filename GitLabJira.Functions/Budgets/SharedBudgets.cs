using System.Collections.Concurrent;

namespace GitLabJira.Functions.Budgets;

/// <summary>All budgets of this process, by scope.</summary>
public sealed class SharedBudgets(BudgetStore store, TimeProvider clock)
{
    /// <summary>Scopes are hosts, users and endpoints; what is not used for long need not be kept.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, SharedBudget> _budgets = new(StringComparer.Ordinal);

    public SharedBudget Get(string scope, BudgetRule rule)
    {
        if (_budgets.Count >= Most)
        {
            // What was leased is forfeited, no more.
            _budgets.Clear();
        }

        return _budgets.GetOrAdd(scope, static (scope, state) => new SharedBudget(scope, state.rule, state.store, state.clock), (rule, store, clock));
    }
}
