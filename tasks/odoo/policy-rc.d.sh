#!/bin/sh
# Written by odooctl from the inventory; edits are put back
case "$*" in *odoo*) exit 101 ;; esac
