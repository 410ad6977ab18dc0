// The whole installation: one resource group, made by `azd up`.
targetScope = 'subscription'

import { alwaysReadyType, appType, costType, networkMode } from 'types.bicep'

@description('Name of the environment; resources are named after it.')
@minLength(1)
@maxLength(40)
param environmentName string

@minLength(1)
param location string

param app appType

@description('Secret of the OAuth application at GitLab. Goes into the vault; empty leaves the one that is there.')
@secure()
param gitLabApplicationSecret string

@description('Who is told of alerts and of money.')
@minLength(3)
param operatorsEmail string

param network networkMode
param alwaysReady alwaysReadyType
param cost costType

@description('Never more than so many processes of each kind.')
@minValue(1)
@maxValue(1000)
param maximumInstances int
param instanceMemoryMB 512 | 2048 | 4096
param storageSku 'Standard_ZRS' | 'Standard_LRS'

@description('Further settings of the app, by their names as environment variables (README, "Configuration"). Those that modules/app.bicep sets by itself win over what stands here.')
param settings object

@description('First day of the month in which the budget began: Azure never lets it change, so it is remembered (hooks/before-provision.sh).')
param budgetStartDate string

var tags = { 'azd-env-name': environmentName }
var token = uniqueString(subscription().id, environmentName, location)

// The app's own (Storage/QueueNames.cs); a test compares them.
var queues = ['gitlab-events', 'jira-deliveries', 'jira-backfill', 'reconciles']

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: tags
    identity: identity.outputs.identity
    logGigabytesPerDay: cost.logGigabytesPerDay
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    identity: identity.outputs.identity
    public: network == 'public'
    queues: queues
    sku: storageSku
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    identity: identity.outputs.identity
    workspaceId: monitoring.outputs.monitoring.workspaceId
    gitLabApplicationSecret: gitLabApplicationSecret
  }
}

module privateNetwork 'modules/network.bicep' = if (network != 'public') {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    storageAccountId: storage.outputs.accountId
    vaultId: vault.outputs.vaultId
    fixedEgress: network == 'privateFixedEgress'
  }
}

module functions 'modules/app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: tags
    identity: identity.outputs.identity
    storage: storage.outputs.storage
    vault: vault.outputs.vault
    monitoring: monitoring.outputs.monitoring
    network: network == 'public' ? { appSubnetId: null, egressAddress: null } : privateNetwork!.outputs.network
    app: app
    alwaysReady: alwaysReady
    maximumInstances: maximumInstances
    instanceMemoryMB: instanceMemoryMB
    settings: settings
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.monitoring.workspaceId, email: operatorsEmail }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: { amount: cost.budgetPerMonth, email: operatorsEmail, startDate: budgetStartDate }
}

output AZURE_RESOURCE_GROUP string = group.name
output APP_NAME string = functions.outputs.name
output APP_BASE_URL string = functions.outputs.baseUrl
output DESCRIPTOR_URL string = '${functions.outputs.baseUrl}/atlassian-connect.json'
output GITLAB_REDIRECT_URL string = '${functions.outputs.baseUrl}/gitlab/callback'
output EGRESS_ADDRESS string = network == 'privateFixedEgress' ? privateNetwork!.outputs.network.egressAddress! : ''
output STORAGE_ACCOUNT string = storage.outputs.storage.name
output KEY_VAULT string = vault.outputs.vault.name
output APPLICATION_INSIGHTS string = monitoring.outputs.monitoring.applicationInsightsName
