#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#
# The second model, written by other hands from the text alone: every row that
# applies to it has to pass, and what does not apply is listed with its reason.
# It is judged by its commands alone, and by its registers and queues.
# Usage: second.sh BUILD
set -u
build=$1
passed=0
failed=0

judge()
{
	"$build/nvme-lm-ct" run --quiet --target "$1" \
		--expect-na "conformance/not-applicable/$2.txt" --log "$build/$2.jsonl"
	failed=$((failed + ($? != 0)))
	passed=$((passed + $(grep -c '"type":"row".*"verdict":"PASS' "$build/$2.jsonl")))
}

judge "exec:$build/second-model" second-model
judge "exec:$build/second-model --regs" second-model-regs
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
