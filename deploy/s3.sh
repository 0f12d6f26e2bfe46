#!/usr/bin/env bash
# Copies a site to a bucket of S3, or of a store that speaks its protocol (AWS_ENDPOINT_URL):
#     bash s3.sh dist my-bucket/path
# What else lies below that path is removed: give the site a path of its own.
# CloudFront compresses, and sends the Content-Security-Policy: docs/shipping.md names the settings.
# DRY_RUN=1 only prints what would be done.
set -euo pipefail
site=${1:?"the folder of the site"}
target="s3://${2:?"bucket, or bucket/path"}"
test -f "$site/pyrt-files.txt" || { echo "$site is not a site of pyrt" >&2; exit 2; }

run() { if [ -n "${DRY_RUN:-}" ]; then printf '%q ' "$@"; echo; else "$@"; fi; }

# Files with a hash in their names first, then what pages share, then pages: a page that is open
# finds its files, and a new page finds all of its own. The last step removes what is old.
run aws s3 sync "$site/pyrt" "$target/pyrt" --no-progress \
  --cache-control "public, max-age=31536000, immutable"
run aws s3 sync "$site" "$target" --no-progress --cache-control no-cache \
  --exclude "pyrt/*" --exclude "*.html" --exclude ".*"
run aws s3 sync "$site" "$target" --no-progress --cache-control no-cache \
  --content-type "text/html; charset=utf-8" --exclude "*" --include "*.html"
run aws s3 sync "$site" "$target" --no-progress --delete --size-only --exclude ".*"
