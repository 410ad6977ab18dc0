// What modules hand to each other: one object instead of several strings.

@export()
@description('The user-assigned identity as which the app runs.')
type identityType = {
  resourceId: string
  clientId: string
  principalId: string
}

@export()
@description('The storage account by name and by the addresses of its services.')
type storageType = {
  name: string
  blobEndpoint: string
  queueEndpoint: string
  tableEndpoint: string
  messageContainer: string
  deploymentContainer: string
}

@export()
@description('The key that wraps data keys, and the secret of the OAuth application.')
type vaultType = {
  name: string
  @description('Without a version, so that rotation takes effect.')
  keyId: string
  @description('Without a version, so that a new secret takes effect within a day, and at once with a restart.')
  gitLabSecretUri: string
}

@export()
@description('Where telemetry goes.')
type monitoringType = {
  workspaceId: string
  applicationInsightsName: string
  connectionString: string
}

@export()
@description('''How the app reaches storage and the rest of the world.
public: by identity alone, the cheapest.
private: storage and vault have addresses in a network of the app's own, and storage has no other.
privateFixedEgress: the same, and the app calls GitLab and Jira from one fixed address (groups with IP allow lists need it).''')
type networkMode = 'public' | 'private' | 'privateFixedEgress'

@export()
@description('Subnet for the app and whether it has a fixed address; null subnet in mode public.')
type networkType = {
  appSubnetId: string?
  egressAddress: string?
}

@export()
@description('Instances that never go away, paid for all month. GitLab pauses a hook after four slow answers, so http is the one to begin with.')
type alwaysReadyType = {
  @minValue(0)
  http: int
  @description('Orchestrations and their activities.')
  @minValue(0)
  durable: int
  @description('The function TranslateGitLabEvent.')
  @minValue(0)
  translate: int
}

@export()
@description('What money may do.')
type costType = {
  @description('Gigabytes of logs a day, after which the workspace takes no more until midnight UTC.')
  @minValue(1)
  logGigabytesPerDay: int
  @description('Of the resource group a month, in the currency of the subscription. A budget warns and stops nothing.')
  @minValue(1)
  budgetPerMonth: int
}

@export()
@description('What people decide about the app; everything else follows.')
type appType = {
  @description('The app\'s key in Jira: permanent, data in Jira belongs to it.')
  @minLength(1)
  @maxLength(64)
  connectKey: string
  @description('Public address; empty for the one that Azure gives.')
  baseUrl: string
  gitLabHost: string
  @minLength(1)
  gitLabApplicationId: string
  @description('Points an hour that Atlassian allows the app, over all sites.')
  jiraPointsPerHour: int
}
