#!/bin/sh
# azd runs this with the environment's values as variables. A budget's first month cannot be changed once the budget is there, so the environment keeps that of the first provisioning.
if [ -z "${BUDGET_START:-}" ]; then
  azd env set BUDGET_START "$(date -u +%Y-%m-01)"
fi
