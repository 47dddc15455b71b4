# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# awk -v name=NAME -f embed.awk FILE: FILE as the C string NAME
BEGIN {
	print "/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */"
	printf "static const char %s[] =", name
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "\n\t\"%s\\n\"", $0
}
END {
	print (NR ? ";" : " \"\";")
}
