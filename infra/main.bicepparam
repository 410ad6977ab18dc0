// Values of an environment, from `azd env set NAME value`. The defaults are the cheapest that work; those without one must be given.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'gitlabjira')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')

param app = {
  connectKey: readEnvironmentVariable('CONNECT_KEY', 'gitlab-jira-${readEnvironmentVariable('AZURE_ENV_NAME', 'gitlabjira')}')
  baseUrl: readEnvironmentVariable('BASE_URL', '')
  gitLabHost: readEnvironmentVariable('GITLAB_HOST', 'https://gitlab.com')
  gitLabApplicationId: readEnvironmentVariable('GITLAB_APPLICATION_ID')
  jiraPointsPerHour: int(readEnvironmentVariable('JIRA_POINTS_PER_HOUR', '65000'))
}

// Give it with the command (GITLAB_APPLICATION_SECRET=… azd provision), so that no file holds it.
param gitLabApplicationSecret = readEnvironmentVariable('GITLAB_APPLICATION_SECRET', '')

param operatorsEmail = readEnvironmentVariable('OPERATORS_EMAIL')

param network = readEnvironmentVariable('NETWORK', 'public')
param storageSku = readEnvironmentVariable('STORAGE_SKU', 'Standard_ZRS')
param instanceMemoryMB = 2048
param maximumInstances = int(readEnvironmentVariable('MAXIMUM_INSTANCES', '40'))

param alwaysReady = {
  http: int(readEnvironmentVariable('ALWAYS_READY_HTTP', '0'))
  durable: int(readEnvironmentVariable('ALWAYS_READY_DURABLE', '0'))
  translate: int(readEnvironmentVariable('ALWAYS_READY_TRANSLATE', '0'))
}

param cost = {
  logGigabytesPerDay: int(readEnvironmentVariable('LOG_GIGABYTES_PER_DAY', '1'))
  budgetPerMonth: int(readEnvironmentVariable('BUDGET_PER_MONTH', '50'))
}

// Set by hooks/before-provision.sh.
param budgetStartDate = readEnvironmentVariable('BUDGET_START', '')

// What is set above already has its own variable: the same setting here would be ignored.
param settings = {}
