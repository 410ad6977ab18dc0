#!/bin/sh
# azd runs this with the outputs of infra/main.bicep as variables.
cat <<END

The app's descriptor:
  ${DESCRIPTOR_URL:?}

Next:
  1. Is it ready?       curl ${APP_BASE_URL:?}/health/ready
  2. Install it in a Jira site that takes Connect descriptors, with the descriptor's address
     (Atlassian has closed this for most sites in 2026; for others the app has to come through the Marketplace).
  3. Open "GitLab" in Jira's app settings, sign in to GitLab and link a group.
  4. docs/operations.md tells how to run it.
END
