#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The agent's socket and the owner's labels, live: what is asked is answered, whoever asks too much or too slowly is not waited for, what
# was said outlives the agent however it ends.
. "$(dirname "$0")/../lib/net.sh"
state=$work/state
export TZ=UTC

start() { # ARGUMENT...: the agent with a state directory
	start_agent br0 --state "$state" "$@"
}

cmd() { # COMMAND ARGUMENT...
	c=$1
	shift
	"$agent" "$c" "$@" --socket "$work/sock" 2> "$work/err"
}

label() { cmd label "$@"; }

labels() { # jq filter
	cmd labels --json | jq -rs "$1"
}

fails() { # STATUS WORD NAME COMMAND...
	want=$1 word=$2 name=$3
	shift 3
	"$@" > "$work/out"
	got=$?
	[ $got -eq "$want" ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -q -- "$word" "$work/err" ||
		echo "# exit $got: $(cat "$work/err")"
	[ $got -eq "$want" ] && grep -q -- "$word" "$work/err"
	ok $? "$name"
}

mac=02:00:00:00:00:01
house 2
start
ok $? "the agent runs"
is "$(status '.state.kept')" true "it keeps its state"
frames d1 60 --rate 60
fails 66 "no such device" "a device that is not there" label 02:ff on --last 5s
label 02:00:00:00:00:01 "Acme plug" > /dev/null
ok $? "label a type"
label 02:00:00:00:00:01 on --last 30s > /dev/null
ok $? "a function of the last seconds"
fails 65 "overlaps label 2" "another one in that time" label "acme plug" off --last 10s
fails 65 "no packet" "a time without a packet" label "acme plug" off --from -300s --to -200s
fails 65 "not kept for longer" "too long ago" label "acme plug" off --from -700s --to -500s
fails 64 "control characters" "a name with a control character" label "acme plug" "$(printf 'a\033b')"
fails 64 "longer than" "a name that is too long" label "acme plug" "$(printf '%0200d' 0)"
label "Acme plug" off --for 2s > /dev/null
ok $? "a function from now on, by the owner's name"
is "$(labels '.[] | select(.id == 3) | .open')" true "it is under way"
frames d1 40 --rate 40
soon 6 false "and ends by itself" labels '.[] | select(.id == 3) | .open'
is "$(labels '.[] | select(.id == 3) | .packets')" 40 "with the packets of that time"
is "$(labels '.[] | select(.id == 1) | [.type, .packets] | join(" ")')" "Acme plug 60" "the type has the packets before"
fails 66 "no label 99" "unlabel what is not there" cmd unlabel 99
cmd unlabel 2 > /dev/null
is "$(labels 'map(.id) | join(" ")')" "1 3" "unlabel takes one away"
cmd labels --csv > "$work/csv"
is "$(head -n 2 "$work/csv" | tail -n 1 | cut -d, -f1-4)" "1,$mac,Acme plug," "as CSV"

# The agent is killed while a label is under way: nothing that was said is lost.
label "Acme plug" stream --for 60s > /dev/null
kill -KILL $agent_pid
wait $agent_pid 2> /dev/null
agent_pid=
start
is "$(labels 'map(.id) | join(" ")')" "1 3 4" "labels outlive a killed agent"
is "$(labels '.[] | select(.id == 4) | .open')" false "none is under way any more"
frames d1 60 --rate 40
label "Acme plug" on --last 1s > /dev/null
ok $? "the owner's name is still known"
stop_agent
ok $? "the agent ends"
is "$("$agent" labels --state "$state" --json | jq -s length)" 4 "labels are read where no agent runs"
"$agent" train --state "$state" --export "$work/export" > "$work/out" 2> "$work/err"
ok $? "export"
is "$(cut -d, -f2-4 "$work/export/manifest.csv" | sort -u | tr '\n' ' ')" "$mac,Acme plug, mac,device,function " "a manifest"

# Requests that are none, and clients that are no good.
start
python3 - "$work/sock" > "$work/clients" <<'END'
import json, socket, sys, time


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    s.settimeout(8)
    return s


def answer(s):
    text = b""
    while part := s.recv(65536):
        text += part
    return json.loads(text) if text else None


def ask(text, shut=True):
    s = connect()
    s.sendall(text)
    if shut:
        s.shutdown(socket.SHUT_WR)
    return answer(s)


def show(name, good):
    print(f"{int(not good)} {name}")


show("end of file: the status", ask(b"")["version"])
show("an empty line: the status", ask(b"\n", False)["version"])
for bad in b"nonsense", b"[]", b"{}", b"[" * 8000, b'{"protocol":2,"request":"labels"}', b'{"protocol":1,"request":"x"}', b"\xff\xfe", \
        b'{"protocol":1,"request":"label"}', b'{"protocol":1,"request":"label","device":"02:00:00:00:00:01","function":"x","from_us":-1,"to_us":1e300}', \
        b'{"protocol":1,"request":"unlabel","id":1e400}', b'{"protocol":1,"request":"model","name":"../x","directory":"/"}':
    got = ask(bad + b"\n")
    show(f"refused: {bad[:60].decode('latin1')!r}", got["ok"] is False and got["error"] and 64 <= got["exit"] <= 78)
show("too long: refused", ask(b"x" * 9000, False)["ok"] is False)
half = connect()
half.sendall(b'{"protocol":1,')
silent = [connect() for _ in range(15)]
time.sleep(0.2)
show("others are answered meanwhile", ask(b"")["version"])
begin = time.time()
show("a silent client gets the status", all(answer(s)["version"] for s in silent))
show("half a request is dropped", half.recv(1) == b"")
show("and none of them takes long", time.time() - begin < 5)
show("others are answered again", ask(b"")["version"])
for _ in range(50):
    connect().close()
show("clients that leave leave room", ask(b"")["version"])
END
[ -s "$work/clients" ]
ok $? "clients"
while read -r bad name; do
	ok "$bad" "$name"
done < "$work/clients"
chmod 666 "$work/sock"
chmod 711 "$work"
setpriv --reuid 65534 --regid 65534 --clear-groups "$agent" labels --socket "$work/sock" 2> "$work/err"
is $? 75 "a stranger is turned away"
grep -q "socket's group" "$work/err"
ok $? "and told why"
stop_agent

# A state directory that cannot be used.
printf 'no database' > "$work/file"
start_agent br0 --state "$work/file"
is "$(grep -c 'nothing is kept' "$work/log")" 1 "a state directory that is none: one warning"
is "$(status '.state.kept')" false "status says so"
fails 78 "keeps nothing" "labels are refused" label 02:00:00:00:00:01 plug
stop_agent
head -c 30000 /dev/urandom > "$state/iotbpf.db"
rm -f "$state"/iotbpf.db-*
before=$(cksum < "$state/iotbpf.db")
start
is "$(grep -c 'set-aside' "$work/log")" 1 "a damaged database: one warning with the remedy"
stop_agent
is "$(cksum < "$state/iotbpf.db")" "$before" "it is left as it is"
start --set-aside
is "$(status '.state.kept')" true "set aside, a new one begins"
is "$(cat "$state"/iotbpf.db.damaged-* | cksum)" "$before" "and the old one is there"
stop_agent
finish
