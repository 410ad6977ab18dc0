#!/bin/sh
# azd runs this with the outputs of infra/main.bicep as variables.
cat <<END

The app's descriptor:
  ${DESCRIPTOR_URL:?}

Next:
  1. Is it ready?       curl ${APP_BASE_URL:?}/health/ready
  2. Install it in Jira: Apps > Manage apps > Upload app (development mode), with the descriptor's address,
     or list it privately in the Atlassian Marketplace with the same address.
  3. Open "GitLab" in Jira's app settings, sign in to GitLab and link a group.
  4. docs/operations.md tells how to run it.
END
