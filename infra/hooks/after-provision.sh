#!/bin/sh
# azd runs this with the outputs of infra/main.bicep as variables.
cat <<END

The OAuth application at GitLab needs this redirect address (Settings > Applications, scope api, confidential):
  ${GITLAB_REDIRECT_URL:?}
END

if [ -n "${EGRESS_ADDRESS:-}" ]; then
  cat <<END
The app calls GitLab from this address; groups with an IP allow list have to name it:
  $EGRESS_ADDRESS
END
fi
