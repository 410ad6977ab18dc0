// Everything that must not be lost: queues, bodies, rows. Reached by identity only; there are no keys.

import { identityType, storageType } from '../types.bicep'

param name string
param location string
param tags object
param identity identityType
@description('Whether the account answers outside of the private network.')
param public bool
@description('Queues of the app; each gets its poison queue.')
param queues string[]
param messageContainer string = 'messages'
param sku 'Standard_ZRS' | 'Standard_LRS' = 'Standard_ZRS'

var deploymentContainer = 'deployments'

// Durable Functions makes queues, tables and leases of its own and the app a table a day, so the scope is the account and no less.
var roles = [
  { name: 'Storage Blob Data Owner', id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' }
  { name: 'Storage Queue Data Contributor', id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' }
  { name: 'Storage Table Data Contributor', id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' }
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: public ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: public ? 'Allow' : 'Deny', bypass: 'None' }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 }
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource containers 'containers' = [
      for container in [messageContainer, deploymentContainer]: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for queue in queues: { name: queue }]
    resource poison 'queues' = [for queue in queues: { name: '${queue}-poison' }]
  }

  resource tableService 'tableServices' = {
    name: 'default'
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            // A body is removed with its message; this is for those whose message is gone without anybody's doing.
            name: 'forgotten-message-bodies'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${messageContainer}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } }
            }
          }
        ]
      }
    }
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in roles: {
    name: guid(account.id, identity.principalId, role.id)
    scope: account
    properties: {
      principalId: identity.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

output storage storageType = {
  name: account.name
  blobEndpoint: account.properties.primaryEndpoints.blob
  queueEndpoint: account.properties.primaryEndpoints.queue
  tableEndpoint: account.properties.primaryEndpoints.table
  messageContainer: messageContainer
  deploymentContainer: deploymentContainer
}
output accountId string = account.id
