// The Functions app on Flex Consumption.

import { alwaysReadyType, appType, identityType, monitoringType, networkType, storageType, vaultType } from '../types.bicep'

param name string
param planName string
param location string
param tags object
param identity identityType
param storage storageType
param vault vaultType
param monitoring monitoringType
param network networkType
param app appType
param alwaysReady alwaysReadyType
@minValue(1)
@maxValue(1000)
param maximumInstances int
param instanceMemoryMB 512 | 2048 | 4096
@description('Further settings, by their names as environment variables. Those of this file win.')
param settings object

var readyGroups = [
  { name: 'http', instanceCount: alwaysReady.http }
  { name: 'durable', instanceCount: alwaysReady.durable }
  { name: 'function:TranslateGitLabEvent', instanceCount: alwaysReady.translate }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.resourceId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.resourceId
    virtualNetworkSubnetId: network.?appSubnetId
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: filter(readyGroups, group => group.instanceCount > 0)
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.blobEndpoint}${storage.deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.resourceId }
        }
      }
    }
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true }
  }

  // FUNCTIONS_WORKER_RUNTIME and the like must not be set on Flex Consumption: the runtime stands above.
  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.clientId
      AzureWebJobsStorage__blobServiceUri: storage.blobEndpoint
      AzureWebJobsStorage__queueServiceUri: storage.queueEndpoint
      AzureWebJobsStorage__tableServiceUri: storage.tableEndpoint
      Storage__MessageContainer: storage.messageContainer
      App__BaseUrl: empty(app.baseUrl) ? 'https://${site.properties.defaultHostName}' : app.baseUrl
      Connect__Key: app.connectKey
      GitLab__Host: app.gitLabHost
      GitLab__ApplicationId: app.gitLabApplicationId
      GitLab__ApplicationSecret: '@Microsoft.KeyVault(SecretUri=${vault.gitLabSecretUri})'
      Sealing__KeyVaultKeyId: vault.keyId
      Budgets__JiraPointsPerHour: string(app.jiraPointsPerHour)
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
    })
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

output name string = site.name
output baseUrl string = empty(app.baseUrl) ? 'https://${site.properties.defaultHostName}' : app.baseUrl
