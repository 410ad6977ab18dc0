// What somebody must look at. Each alert says in its description what to do; docs/operations.md says more.

param location string
param tags object
param workspaceId string
@description('Who is told, by e-mail; empty for nobody.')
param email string

// Names of metrics are the app's (Hosting/AppMetrics.cs); a test compares them.
var rules = [
  {
    name: 'poison'
    title: 'A message could not be processed'
    description: 'It stands in the table Failures with its reason: list, mend, replay (operations.md, "Replay poison").'
    severity: 1
    query: 'AppMetrics | where Name == "gitlabjira.poisoned" | summarize Value = sum(Sum) by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'outbox'
    title: 'Something waits for Jira for over an hour'
    description: 'Look at the sites that wait and at their reasons (operations.md, "Something is late").'
    severity: 2
    query: 'AppMetrics | where Name == "gitlabjira.outbox.oldest" | summarize Value = max(Max) by bin(TimeGenerated, 5m)'
    threshold: 3600
  }
  {
    name: 'orchestrations'
    title: 'An orchestration failed'
    description: 'A sync or a clean-up ended with an error. Start the sync again, or uninstall and unlink again (operations.md, "An orchestration failed").'
    severity: 2
    query: 'union isfuzzy=true (AppTraces | where tostring(Properties.prop__state) == "Failed" or Message has "(Orchestrator)\' failed"), (AppRequests | where Name startswith "orchestration:" and Success == false) | summarize Value = count() by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'webhooks'
    title: 'GitLab gets 5xx from the webhook'
    description: 'GitLab does not retry, and pauses a hook after four failures. Look at storage first (operations.md, "Webhooks fail").'
    severity: 1
    query: 'AppRequests | where Url has "/gitlab/webhooks/" or Name has "ReceiveGitLabWebhook" | where toint(ResultCode) >= 500 | summarize Value = count() by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'jira-refusals'
    title: 'Jira refuses the app (401 or 403)'
    description: 'The site waits until it is installed again, or an API family of it waits (operations.md, "Jira refuses").'
    severity: 2
    query: 'AppMetrics | where Name == "gitlabjira.jira.answers" and tostring(Properties.status) in ("401", "403") | summarize Value = sum(Sum) by bin(TimeGenerated, 5m)'
    threshold: 0
  }
  {
    name: 'key'
    title: 'The wrapping key is near its expiry'
    description: 'It should have rotated by itself months ago: rotate it by hand (operations.md, "Rotate").'
    severity: 2
    query: 'union isfuzzy=true (AZKVAuditLogs | where OperationName == "KeyNearExpiryEventGridNotification"), (AzureDiagnostics | where ResourceType == "VAULTS" and OperationName == "KeyNearExpiryEventGridNotification") | summarize Value = count() by bin(TimeGenerated, 5m)'
    threshold: 0
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'operators'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'operators'
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      // Tables appear with their first row.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Maximum'
            metricMeasureColumn: 'Value'
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [people.id] }
    }
  }
]
