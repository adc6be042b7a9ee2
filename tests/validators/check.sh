#!/bin/sh
# A validator in shell, with files: check.sh ORDERS CONFIRMATIONS CARRIERS AS_OF PROFILE REPORT
set -eu
exec "${VTR:-vtr}" check --orders "$1" --confirmations "$2" --carriers "$3" --as-of "$4" --profile "$5" --out "$6"
