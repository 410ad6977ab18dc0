// One identity for the app, its deployment package and its Key Vault references. It comes before the app, so that its roles are there at the first start.

import { identityType } from '../types.bicep'

param name string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output identity identityType = {
  resourceId: identity.id
  clientId: identity.properties.clientId
  principalId: identity.properties.principalId
}
