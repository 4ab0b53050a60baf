#!/bin/sh
# Written by odooctl; edits are put back.
case $RENEWED_LINEAGE in
/etc/letsencrypt/live/odooctl-*) nginx -t -q && systemctl reload nginx.service ;;
esac
