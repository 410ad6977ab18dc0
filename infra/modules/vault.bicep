// The key that wraps data keys, and the secret of the OAuth application at GitLab. Nobody's key material passes through here.

import { identityType, vaultType } from '../types.bicep'

param name string
param location string
param tags object
param identity identityType
param workspaceId string
@description('Empty leaves the one that is there.')
@secure()
param gitLabApplicationSecret string

var cryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var keyName = 'wrapping'
var secretName = 'gitlab-application-secret'

// Public with RBAC even beside a private network: Key Vault references on Flex Consumption do not work with a vault that is closed to it.
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
  }

  resource key 'keys' = {
    name: keyName
    properties: {
      kty: 'RSA'
      keySize: 3072
      keyOps: ['wrapKey', 'unwrapKey']
      // A new version each year; data keys are wrapped anew within a week of it. Old versions stay: they still unwrap what was not.
      rotationPolicy: {
        attributes: { expiryTime: 'P2Y' }
        lifetimeActions: [
          { action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P1Y' } }
          { action: { type: 'notify' }, trigger: { timeBeforeExpiry: 'P60D' } }
        ]
      }
    }
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(gitLabApplicationSecret)) {
  parent: vault
  name: secretName
  properties: { value: gitLabApplicationSecret, contentType: 'OAuth application secret' }
}

resource writtenSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' existing = {
  parent: vault
  name: secretName
}

// To wrap and unwrap with this key, and nothing else.
resource useKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault::key.id, identity.principalId, cryptoUser)
  scope: vault::key
  properties: {
    principalId: identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cryptoUser)
  }
}

// To read this secret, and nothing else.
resource readSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(writtenSecret.id, identity.principalId, secretsUser)
  scope: writtenSecret
  dependsOn: [secret]
  properties: {
    principalId: identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

output vault vaultType = {
  name: vault.name
  keyId: vault::key.properties.keyUri
  gitLabSecretUri: '${vault.properties.vaultUri}secrets/${secretName}'
}
output vaultId string = vault.id
