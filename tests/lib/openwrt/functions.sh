# SPDX-License-Identifier: BSD-2-Clause
# OpenWrt's shell functions for UCI and procd, as their documentation describes them and as far as our init script calls them.
reset_cb() {
	config_cb() { return 0; }
	option_cb() { return 0; }
	list_cb() { return 0; }
}
reset_cb

# A file of UCI is read as shell: `config TYPE NAME`, `option NAME VALUE`, `list NAME VALUE`.
config() {
	CONFIG_SECTION=$2
	config_cb "$1" "$2"
}

option() {
	eval "CONFIG_${CONFIG_SECTION}_$1=\$2"
	option_cb "$1" "$2"
}

list() {
	eval "CONFIG_${CONFIG_SECTION}_$1=\"\${CONFIG_${CONFIG_SECTION}_$1:+\$CONFIG_${CONFIG_SECTION}_$1 }\$2\""
	list_cb "$1" "$2"
}

config_load() {
	unset $(set | sed -n 's/^\(CONFIG_[A-Za-z0-9_]*\)=.*/\1/p')
	CONFIG_SECTION=
	. "/etc/config/$1"
	${CONFIG_SECTION:+config_cb}
}

config_get() { # variable, section, option, default
	eval "$1=\${CONFIG_$2_$3:-\$4}"
}

config_get_bool() {
	config_get "$@"
	eval "case \$$1 in 1 | on | true | yes | enabled) $1=1 ;; 0 | off | false | no | disabled) $1=0 ;; *) $1=\$4 ;; esac"
}

procd_open_instance() { echo open_instance >> /tmp/procd.new; }
procd_close_instance() { echo close_instance >> /tmp/procd.new; }
procd_set_param() { echo "$*" >> /tmp/procd.new; }
procd_append_param() { echo "$*" >> /tmp/procd.new; }
procd_kill() { [ ! -s /tmp/pid ] || kill "$(cat /tmp/pid)"; }
procd_add_reload_trigger() { echo "reload_trigger $*" >> /tmp/procd.new; }
procd_add_interface_trigger() { echo "interface_trigger $*" >> /tmp/procd.new; }
logger() { shift 4; echo "$*" >> /tmp/syslog; }
