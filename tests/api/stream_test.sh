#!/usr/bin/env bash
# saltus stream --network as a user runs it: a network that learns which half of a small sensor sees events, from
# labelled recordings, from one long recording with labels, and live by UDP.
# usage: stream_test.sh <saltus>
set -euo pipefail

saltus=${1:?usage: stream_test.sh <saltus>}
# shellcheck source=tests/support/cli.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/cli.sh"

line() { sed -n "s/^$1 *//p" "$2"; }

cat >net.json <<'JSON'
{
  "populations": [
    {"name": "pixels", "size": 64, "model": "input"},
    {"name": "hidden", "size": 30, "model": {"kind": "lif", "tau_m_ms": 20}},
    {"name": "sides", "size": 2, "model": {"kind": "leaky_readout", "tau_ms": 20}}
  ],
  "projections": [
    {"source": "pixels", "target": "hidden", "weight": {"kind": "normal", "mean": 0.1, "standard_deviation": 0.3},
      "rule": "eprop", "optimiser": {"kind": "sgd", "rate": 0.003}},
    {"source": "hidden", "target": "sides", "weight": 0, "delay_ms": 0, "rule": "readout",
      "optimiser": {"kind": "sgd", "rate": 0.0003}}
  ],
  "errors": [{"readout": "sides", "error": "cross_entropy"}],
  "feedback": [{"readout": "sides", "learner": "hidden", "kind": "symmetric"}],
  "schedule": {"interval_steps": 50}
}
JSON

# Recordings of 40 ms: 80 events in the left half, or in the right one. events <seed> <side> <first us> <header>
events() {
    awk -v seed="$1" -v side="$2" -v from="$3" -v header="$4" 'BEGIN {
        if (header) print "t,x,y,p"
        for (i = 0; i < 80; ++i)
            printf "%d,%d,%d,1\n", from + i * 500, 4 * side + (seed * 7 + i * 13) % 4, (seed * 3 + i * 5 + int(i / 8)) % 8
    }'
}
mkdir 0 1
for n in $(seq 1 10); do
    for side in 0 1; do
        events $((n + 20 * side)) $side $((n * 1000)) 1 >$side/$n.csv
        echo "$side/$n $side"
    done
done >list.txt
{
    echo t,x,y,p
    for n in $(seq 0 19); do events "$n" $((n % 2)) $((n * 50000)) 0; done
} >long.csv
for n in $(seq 0 19); do awk -v n="$n" 'BEGIN { printf "%.3f %d\n", n * 0.05, n % 2 }'; done >labels.txt

net=(--network net.json --geometry 8x8)

# Labelled recordings: it learns; the same bits whatever the threads, from a list or from folders of classes.
"$saltus" stream --labelled list.txt "${net[@]}" --passes 10 --journal run.journal --output hidden.csv --plot out >one.txt ||
    fail "labelled recordings: $(cat one.txt)"
line accuracy one.txt | grep -Eq '^(9[0-9]|100).[0-9] % of the last 200 answers right, [0-9.]+ % of all 200' ||
    fail "it does not learn: $(cat one.txt)"
line events one.txt | grep -Eq '^16,000 offered = 16,000 accepted \+ 0 dropped \+ 0 late' || fail "events: $(cat one.txt)"
line step one.txt | grep -Eq '^p50 [0-9]+ us, p99 [0-9]+ us, p99.9 [0-9]+ us' || fail "no latency: $(cat one.txt)"
line time one.txt | grep -Eq '^10 s of model time' || fail "200 trials of 50 ms do not take 10 s: $(cat one.txt)"
spikes=$(line network one.txt | sed 's/.* updates, \([0-9,]*\) output spikes/\1/' | tr -d ,)
[ "$spikes" -gt 1000 ] || fail "next to no spikes: $(cat one.txt)"
[ "$(wc -l <hidden.csv)" = $((spikes + 1)) ] || fail "$spikes spikes, $(wc -l <hidden.csv) lines"
grep -q 'right answers' out/stream.gp || fail "no picture of the accuracy"
[ -s out/latency.gp ] || fail "no picture of the latency"
says 'every bit is the same' replay run.journal --partitions 3 --threads 2
"$saltus" stream --labelled list.txt "${net[@]}" --passes 10 --threads 2 >two.txt
[ "$(line fingerprint one.txt)" = "$(line fingerprint two.txt)" ] || fail "threads change the outcome"
"$saltus" stream --labelled . "${net[@]}" --in-order >two.txt || fail "folders of classes: $(cat two.txt)"
line accuracy two.txt | grep -q 'of all 20$' || fail "20 recordings in folders: $(cat two.txt)"
refuses 'run.journal: exists already; name another, or use --force' stream --labelled list.txt "${net[@]}" --journal run.journal
refuses 'hidden.csv: exists already' stream long.csv --geometry 8x8 --output hidden.csv
"$saltus" stream long.csv --geometry 8x8 --speed 0 --output hidden.csv --force >two.txt || fail "--force: $(cat two.txt)"
[ "$(wc -l <hidden.csv)" = "$(wc -l <long.csv)" ] || fail "--force does not replace a file"
refuses 'cannot be made a folder' stream --labelled list.txt "${net[@]}" --plot list.txt
rm -r run.journal hidden.csv out

# Learning off: it answers, and changes nothing. Another rule: other bits.
"$saltus" stream --labelled list.txt "${net[@]}" --passes 10 --learn off >two.txt
line network two.txt | grep -q ' 0 updates' || fail "--learn off learns: $(cat two.txt)"
line accuracy two.txt | grep -Eq 'of all 200$' || fail "--learn off does not answer: $(cat two.txt)"
"$saltus" stream --labelled list.txt "${net[@]}" --passes 10 --learn instantaneous >two.txt || fail "another rule"
[ "$(line fingerprint one.txt)" != "$(line fingerprint two.txt)" ] || fail "--learn changes nothing"
"$saltus" stream --labelled list.txt "${net[@]}" --learn '{"kind": "stllr", "tau_pre_ms": 10}' >two.txt || fail "a rule in JSON"

# One recording, with labels and without, as fast as it goes and at a pace.
"$saltus" stream long.csv "${net[@]}" --labels labels.txt --speed 0 >one.txt || fail "a recording: $(cat one.txt)"
line accuracy one.txt | grep -q 'of all 20$' || fail "20 trials in a recording: $(cat one.txt)"
"$saltus" stream --input long.csv "${net[@]}" --labels labels.txt --speed 4 >two.txt || fail "at a pace: $(cat two.txt)"
[ "$(line fingerprint one.txt)" = "$(line fingerprint two.txt)" ] || fail "the pace changes the outcome"
{ tail -n 10 labels.txt | head -n 6; echo "0.8 -"; } >few.txt
"$saltus" stream long.csv "${net[@]}" --labels few.txt --speed 0 >two.txt
line accuracy two.txt | grep -q 'of all 6$' || fail "labels from 0.5 s to 0.8 s: $(cat two.txt)"
updates() { line network "$1" | sed 's/.* events, \([0-9,]*\) updates.*/\1/' | tr -d ,; }
[ "$(updates two.txt)" -gt 0 ] && [ $((2 * $(updates two.txt))) -lt "$(updates one.txt)" ] ||
    fail "learns where there is no label: $(cat one.txt two.txt)"
"$saltus" stream long.csv "${net[@]}" --speed 0 >two.txt
line accuracy two.txt | grep -q 'no labels' || fail "accuracy without labels: $(cat two.txt)"
line network two.txt | grep -q ' 0 updates' || fail "learns without labels: $(cat two.txt)"

# Live, from a pipe and by UDP; every event is accounted for, and the run can be done again.
"$saltus" stream - "${net[@]}" --labels labels.txt <long.csv >two.txt || fail "a pipe: $(cat two.txt)"
line events two.txt | grep -Eq '^1,600 offered = [1-9]' || fail "a pipe: $(cat two.txt)"
port=$((20000 + RANDOM % 20000))
"$saltus" stream --input "udp://127.0.0.1:$port" "${net[@]}" --labels labels.txt --seconds 2.5 --journal live.journal >live.txt 2>&1 &
children+=($!)
sleep 0.5
"$saltus" stream long.csv --geometry 8x8 --output "udp://127.0.0.1:$port" >sent.txt
wait "${children[0]}" || fail "live: $(cat live.txt)"
children=()
line events live.txt | grep -Eq '^[1-9][0-9,]* offered = [1-9]' || fail "no live events: $(cat live.txt) $(cat sent.txt)"
grep -Eq '^[0-9.]+ s: .* events, .* per second of model time; ' live.txt || fail "no lines while it runs: $(cat live.txt)"
says 'every bit is the same' replay live.journal

# On a terminal the lines stay in place.
if command -v script >/dev/null; then
    script -qec "$saltus stream long.csv --network net.json --geometry 8x8 --labels labels.txt" /dev/null >terminal.txt </dev/null
    grep -q $'\033\[5A' terminal.txt || fail "no lines in place on a terminal"
fi

# What a file's header says of the sensor need not be said again.
"$saltus" stream long.csv "${net[@]}" --learn off --speed 0 >one.txt || fail "a recording: $(cat one.txt)"
"$saltus" convert long.csv long.aedat4 --geometry 8x8 >two.txt || fail "no AEDAT4: $(cat two.txt)"
"$saltus" stream long.aedat4 --network net.json --learn off --speed 0 >two.txt || fail "the file tells the size of the sensor"
[ "$(line fingerprint one.txt)" = "$(line fingerprint two.txt)" ] || fail "another format, another outcome: $(cat two.txt)"
echo "long.aedat4 0" >one_file.txt
"$saltus" stream --labelled one_file.txt --network net.json --learn off >two.txt || fail "... to labelled recordings, too: $(cat two.txt)"

# Events that the decoder leaves out are told of, too.
printf 't_us,x,y,p\n0,1,1,1\n10,5000,3,1\n20,3,3,1\n' >far.csv
"$saltus" stream far.csv "${net[@]}" --learn off --speed 0 >one.txt 2>&1 || fail "an event outside: $(cat one.txt)"
line events one.txt | grep -Eq '^2 offered = .*; before that, 1 outside the sensor and 0 malformed' ||
    fail "an event outside the sensor is not told of: $(cat one.txt)"

# What is wrong is named, with a remedy.
for option in --labels --learn --readout --input-population --output-population --journal --plot; do
    refuses "$option: asks something of a network" stream long.csv "$option" nothing
done
refuses 'is missing' stream --network net.json
refuses 'name a network with --network' stream --labelled list.txt
refuses 'is "nothing"; write "static", "eprop"' stream long.csv "${net[@]}" --learn nothing
refuses 'is neither on nor off' stream long.csv "${net[@]}" --learn nothing
refuses "rule is " stream long.csv "${net[@]}" --learn reward_eprop
refuses '--geometry' stream long.csv --network net.json
refuses 'need 1024, or 2048' stream long.csv --network net.json --geometry 32x32
refuses 'no population' stream long.csv "${net[@]}" --input-population eyes
refuses 'is no readout' stream long.csv "${net[@]}" --labels labels.txt --readout hidden
printf '0 0\n1 x\n' >bad.txt
refuses "bad.txt, line 2: 'x' is no label" stream long.csv "${net[@]}" --labels bad.txt
printf '1 0\n0 1\n' >bad.txt
refuses 'line 2: the time steps back' stream long.csv "${net[@]}" --labels bad.txt
printf '0 2\n' >bad.txt
refuses 'the readout has 2 outputs' stream long.csv "${net[@]}" --labels bad.txt --speed 0
printf 'absent 0\n' >bad.txt
refuses "there is no recording 'absent'" stream --labelled bad.txt "${net[@]}"
says '--labelled train.txt' stream --help

echo "streams through a network do what they should"
