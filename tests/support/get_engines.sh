#!/usr/bin/env bash
# Unpacks browser engines into the folder $1: each Firefox ESR that Debian's archives offer, and old Chromiums, which
# the npm package @sparticuz/chromium carries (headless shells, compressed with Brotli). Needs apt-get, dpkg, npm, and
# the Python of $PYTHON with the package brotli.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
python=$(realpath -s "${PYTHON:-$(command -v python3)}")
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

unpack() {
  "$python" -c 'import brotli, sys; sys.stdout.buffer.write(brotli.decompress(open(sys.argv[1], "rb").read()))' "$1"
}

for version in $(apt-cache madison firefox-esr | awk '{ print $3 }' | sort -u); do
  target=$folder/firefox-${version%%.*}
  [ -x "$target/usr/lib/firefox-esr/firefox-esr" ] && continue
  (cd "$work" && apt-get download -qq "firefox-esr=$version" && dpkg -x firefox-esr_*.deb "$target" && rm firefox-esr_*.deb)
done

for version in ${CHROMIUMS:-133.0.0 119.0.2 110.0.1 92.0.0}; do
  target=$folder/chromium-${version%%.*}
  [ -x "$target/chromium" ] && continue
  (cd "$work" && rm -rf package && npm pack --silent "@sparticuz/chromium@$version" >/dev/null && tar xzf sparticuz-*.tgz && rm sparticuz-*.tgz)
  mkdir -p "$target"
  unpack "$work/package/bin/swiftshader.tar.br" | tar x -C "$target"
  unpack "$work/package/bin/chromium.br" >"$target/chromium"
  chmod +x "$target/chromium"
done
ls "$folder"
