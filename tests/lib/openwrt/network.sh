# SPDX-License-Identifier: BSD-2-Clause
# netifd's answers: /tmp/network has lines `network l3_device device`, - for what it does not know.
ask_netifd() { # variable, network, column
	local value

	value=$(awk -v network="$2" -v column="$3" '$1 == network && $column != "-" { print $column }' /tmp/network)
	eval "$1=\$value"
	[ -n "$value" ]
}

network_get_device() { ask_netifd "$1" "$2" 2; }
network_get_physdev() { ask_netifd "$1" "$2" 3; }
