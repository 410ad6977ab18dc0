using GitLabJira.Functions.Budgets;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Tests.Storage;
using Microsoft.Extensions.Options;
using Moq;

namespace GitLabJira.Functions.Tests.Budgets;

/// <summary>For tests of other things: as much as they like.</summary>
internal static class NoBudgets
{
    public static IRequestBudget Requests { get; } = Mock.Of<IRequestBudget>();

    public static JiraRates Rates(TimeProvider clock) =>
        new(new SharedBudgets(new BudgetStore(new StubTables().Tables), clock), Options.Create(new BudgetOptions { JiraPointsPerHour = 0 }), clock);
}
