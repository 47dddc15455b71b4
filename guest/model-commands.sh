# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# nvme-cli against what the specification and the device's properties say; sourced by
# guest/model-job. What the tool printed is left in /out.

# show NAME COMMAND...: what it prints goes to /out/NAME
show()
{
	show_name=$1
	shift
	expect "$show_name" "$@"
	cp /tmp/said "/out/$show_name"
}

# field FILE NAME: the value of the first line "NAME : VALUE"
field()
{
	sed -n "s/^[[:space:]]*$2[[:space:]]*: *//p" "/out/$1" | sed 's/ *$//; q'
}

# fields FILE: each line "NAME=VALUE" of standard input is what FILE says
fields()
{
	fields_bad=0
	while IFS='=' read -r fields_name fields_want; do
		fields_got=$(field "$1" "$fields_name")
		[ "$fields_got" = "$fields_want" ] && continue
		echo "$fields_name is '$fields_got', not '$fields_want';"
		fields_bad=1
	done
	return $fields_bad
}

# smart CONTROLLER NAME: a number of its smart-log
smart()
{
	nvme smart-log "$1" >/out/smart-now && field smart-now "$2" | sed 's/ .*//'
}

# bytes FILE OFFSET COUNT: in hexadecimal, without spaces
bytes()
{
	dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

# is WHAT GOT WANT
is()
{
	[ "$2" = "$3" ] || { echo "$1 is '$2', not '$3'"; return 1; }
}

check_id_ctrl()
{
	show id-ctrl nvme id-ctrl $device
	expect "id-ctrl: fields" fields id-ctrl <<'END'
vid=0x8086
ssvid=0x8086
sn=guest-model
mn=nvme-lm reference model
fr=1.0
cmic=0x2
mdts=5
cntlid=0x1
ver=0x10400
cntrltype=1
oacs=0
acl=3
aerl=3
lpa=0x6
elpe=3
sqes=0x66
cqes=0x44
nn=2
oncs=0x18
fna=0
vwc=0x5
sgls=0
END
	expect "id-ctrl: SUBNQN by UUID" grep -qE '^subnqn *: nqn\.2014-08\.org\.nvmexpress:uuid:[-0-9a-f]{36}$' \
		/out/id-ctrl
	nvme id-ctrl $device --raw-binary >/tmp/id
	expect "id-ctrl: capability byte 01h, 3073 zero" is "3072" "$(bytes /tmp/id 3072 2)" 0100
	expect "id-ctrl: proposal version 1 or later" test "$(bytes /tmp/id 3074 2)" != 0000
	expect "id-ctrl: SUSPEND limit of 2 s" is "3081:3080" "$(bytes /tmp/id 3080 2)" 1400
	expect "id-ctrl: UUID" is "3103:3088" "$(bytes /tmp/id 3088 16)" 0708ace4cf374f1fadae8e890b234274
}

check_id_ns()
{
	show id-ns nvme id-ns $disk
	show ns-descs nvme ns-descs $disk
	expect "id-ns: fields" fields id-ns <<END
nsze=$(printf '0x%x' $disk_blocks)
ncap=$(printf '0x%x' $disk_blocks)
nuse=$(printf '0x%x' $disk_blocks)
nsfeat=0
nlbaf=0
flbas=0
mc=0
dps=0
nmic=0x1
lbaf  0=ms:0   lbads:9  rp:0 (in use)
END
	expect "ns-descs: as id-ns" fields ns-descs <<END
eui64=$(field id-ns eui64)
nguid=$(field id-ns nguid)
END
	expect "id-ns: an NGUID" grep -qE '^nguid *: [0-9a-f]*[1-9a-f]' /out/id-ns
	show list-ns nvme list-ns $device
	printf '[   0]:0x1\n[   1]:0x2\n' >/tmp/list-ns
	expect "list-ns: 1 and 2" cmp /tmp/list-ns /out/list-ns
}

# secondary NAME ONLINE: 16 entries, CNTLID and VFN in step, the first ONLINE of them online
secondary()
{
	awk -v online="$2" '
		/Number of Identifiers/ { numid = $NF }
		/SCID/ { n++; scid = $NF }
		/PCID/ && $NF != "0x0001" { print "PCID", $NF; bad = 1 }
		/SCS/ { want = n <= online ? "0x0001" : "0x0000"
			if ($(NF - 1) != want) { print "SCS of entry", n, $(NF - 1); bad = 1 } }
		/VFN/ { if ($NF != sprintf("0x%04x", n) || scid != sprintf("0x%04x", n + 1)) {
				print "entry", n, "SCID", scid, "VFN", $NF; bad = 1 } }
		/NVQ|NVI/ && $NF != "0x0000" { print "flexible resources"; bad = 1 }
		END { if (numid != 16 || n != 16) { print numid, "NUMID,", n, "entries"; bad = 1 }
			exit bad }' "/out/$1"
}

check_list_secondary()
{
	show "$1" nvme list-secondary $device
	expect "$1: 16 entries, $2 online" secondary "$1" "$2"
}

# feature FID VALUE [ARGUMENT...]
feature()
{
	feature_got=$(nvme get-feature $device --feature-id="$1" ${3:+"$3"} 2>&1 |
		sed -n 's/.*[Vv]alue: *\(0x[0-9a-f]*\).*/\1/p')
	is "feature $1 $3" "$((feature_got))" "$(($2))"
}

change_temperature()
{
	nvme set-feature $device --feature-id=4 --value=0x150 && feature 4 0x150 &&
		feature 4 0x157 --sel=1 && nvme set-feature $device --feature-id=4 --value=0x157
}

check_features()
{
	expect "get-feature: arbitration" feature 1 0
	expect "get-feature: power management" feature 2 0
	expect "get-feature: temperature threshold" feature 4 0x157
	expect "get-feature: write cache" feature 6 1
	expect "get-feature: number of queues" feature 7 0x70007
	expect "get-feature: coalescing" feature 8 0
	expect "get-feature: atomicity" feature 0xa 0
	expect "get-feature: event configuration, as Linux set it" feature 0xb 0x100
	expect "get-feature: capabilities of the temperature threshold" feature 4 4 --sel=3
	expect "set-feature, and the default value stays" change_temperature
}

# 256 reads and 256 writes of 4 KiB are counted
count_commands()
{
	count_reads=$(smart $device host_read_commands)
	count_writes=$(smart $device host_write_commands)
	carries $disk $disk 4k 256 || return 1
	is reads $(($(smart $device host_read_commands) - count_reads)) 256 &&
		is writes $(($(smart $device host_write_commands) - count_writes)) 256
}

check_smart_log()
{
	show smart-log nvme smart-log $device
	expect "smart-log: fields" fields smart-log <<'END'
critical_warning=0
temperature=37°C (310 Kelvin)
available_spare=100%
available_spare_threshold=10%
percentage_used=0%
power_cycles=1
power_on_hours=0
unsafe_shutdowns=0
media_errors=0
END
	expect "smart-log: 512 commands are counted" count_commands
}

# A read beyond the end fails, and is the newest entry.
check_error_log()
{
	error_count=$(smart $device num_err_log_entries)
	expect "a read beyond the end: LBA Out of Range" refused 0x4080 nvme read $disk \
		--start-block=$disk_blocks --block-count=0 --data-size=512 --data=/tmp/beyond
	show error-log nvme error-log $device
	expect "error-log: the newest entry" fields error-log <<END
error_count=$((error_count + 1))
lba=$(printf '0x%x' $disk_blocks)
nsid=0x1
END
	expect "error-log: its status" status_is 0x4080 "$(field error-log status_field)"
}

# status_is WANT TEXT: TEXT holds the status, with DNR, whatever M is
status_is()
{
	status_got=$(echo "$2" | sed -n 's/.*\(0x[0-9a-f]*\)[()].*/\1/p' | tail -n 1)
	[ -n "$status_got" ] || { echo "no status in '$2'"; return 1; }
	is status $((status_got & 0x47FF)) $(($1))
}

# refused STATUS COMMAND...: nvme-cli says that the device ended it so
refused()
{
	refused_want=$1
	shift
	if "$@" >/tmp/refused 2>&1; then
		echo "it succeeded"
		return 1
	fi
	status_is "$refused_want" "$(grep 'NVMe status' /tmp/refused)" || { cat /tmp/refused; return 1; }
}

# opcodes FILE: those of admin commands, each with its effects
opcodes()
{
	sed -n 's/^ACS\([0-9]*\) .* \([0-9a-f]*\)$/\1:\2/p' "/out/$1" | tr '\n' ' '
}

admin_opcodes="0:00000001 1:00000001 2:00000001 4:00000001 5:00000001 6:00000001 8:00000001 \
9:00000001 10:00000001 12:00000001 "
five_opcodes="196:00000001 200:00000001 204:00000001 210:00000001 213:00000001 "

# named by --csi, because nvme-cli may not map the registers to find the command sets
check_effects_log()
{
	show effects-log nvme effects-log $device --csi=0
	expect "effects-log: admin commands and the five, CSUPP alone" is opcodes "$(opcodes effects-log)" \
		"$admin_opcodes$five_opcodes"
}

check_vf_commands()
{
	show vf-id-ctrl nvme id-ctrl /dev/nvme1
	expect "VF: fields of id-ctrl" fields vf-id-ctrl <<END
vid=0x8086
sn=guest-model
cmic=0x6
cntlid=0x2
nn=2
subnqn=$(field id-ctrl subnqn)
END
	nvme id-ctrl /dev/nvme1 --raw-binary >/tmp/id
	expect "VF: no capability" is "3103:3072" "$(bytes /tmp/id 3072 32 | tr -d 0)" ""
	show vf-effects-log nvme effects-log /dev/nvme1 --csi=0
	expect "VF: effects-log without the five" is opcodes "$(opcodes vf-effects-log)" "$admin_opcodes"
}
