#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# look.sh TOOL DIR LOG...: screenshots of the HTML report of each log, at desktop
# and phone width, light and dark.
set -eu
tool=$1
dir=$2
shift 2

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "report-look: no chromium found; apt-get install chromium" >&2
	exit 2
}
mkdir -p "$dir"
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

shot()
{
	local page=$1 name=$2 size=$3 scheme=$4

	timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--hide-scrollbars --user-data-dir="$profile" \
		--blink-settings=preferredColorScheme="$scheme" \
		--window-size="$size" --screenshot="$dir/$name.png" "file://$page" >/dev/null 2>&1
	echo "$dir/$name.png"
}

for log; do
	base=$(basename "${log%.*}")
	"$tool" report "$log" --format html --output "$dir/$base.html"
	page=$(realpath "$dir/$base.html")
	shot "$page" "$base-desktop-light" 1280,2400 1
	shot "$page" "$base-desktop-dark" 1280,2400 0
	shot "$page" "$base-phone-light" 390,3600 1
	shot "$page" "$base-phone-dark" 390,3600 0
done
