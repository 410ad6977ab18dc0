// Warns when money goes faster than meant. It stops nothing: the daily cap of the workspace and the most instances of the app do.

param amount int
param email string
@description('First day of a month; the same one for ever, Azure refuses another.')
param startDate string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'gitlabjira'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      forecast: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Forecasted', contactEmails: [email] }
      actual: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: [email] }
    }
  }
}
