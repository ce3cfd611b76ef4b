#!/usr/bin/env bash
# saltus run and saltus replay as a user runs them, on the networks of examples/networks.
# usage: run_test.sh <saltus> <examples/networks>
set -euo pipefail

saltus=${1:?usage: run_test.sh <saltus> <examples/networks>}
networks=${2:?usage: run_test.sh <saltus> <examples/networks>}
# shellcheck source=tests/support/cli.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/cli.sh"

fingerprint() { sed -n 's/^fingerprint *//p' "$1"; }

# A balanced network: rates, cost, and the same bits whatever the threads; another seed, other bits.
balanced=$networks/balanced.json
"$saltus" run "$balanced" --seconds 0.1 --record spikes.csv --journal run.journal >/dev/null
refuses 'spikes.csv: exists already; name another, or use --force' run "$balanced" --record spikes.csv
refuses 'run.journal: exists already' run "$balanced" --journal run.journal
"$saltus" run "$balanced" --seconds 0.1 --record spikes.csv --journal run.journal --force >one.txt || fail "run --force"
grep -Eq 'network .*4 populations of 2,000 neurons, 6 projections of 101,000 synapses' one.txt || fail "network: $(cat one.txt)"
grep -Eq 'excitatory: [0-9,]+ spikes, [0-9.]+ Hz' one.txt || fail "no rates: $(cat one.txt)"
grep -Eq 'events .*[0-9,]{7,} synaptic events, [0-9.]+ ns each' one.txt || fail "no cost: $(cat one.txt)"
grep -Eq 'memory .*MiB of synapses' one.txt || fail "no memory: $(cat one.txt)"
fingerprint one.txt | grep -Eq '^0x[0-9a-f]{16}$' || fail "no fingerprint: $(cat one.txt)"
"$saltus" run "$balanced" --seconds 0.1 --threads 2 --partitions 5 >two.txt
[ "$(fingerprint one.txt)" = "$(fingerprint two.txt)" ] || fail "threads change the outcome"
"$saltus" run "$balanced" --seconds 0.1 --seed 2 >two.txt
[ "$(fingerprint one.txt)" != "$(fingerprint two.txt)" ] || fail "the seed changes nothing"

# Spikes: in time, as many as counted.
counted=$(grep -E 'tory: ' one.txt | sed 's/.*: \([0-9,]*\) spikes.*/\1/' | tr -d , | paste -sd+ | { read -r sum; echo $((sum)); })
[ "$counted" -gt 1000 ] || fail "next to no spikes: $counted"
[ "$(wc -l <spikes.csv)" = $((counted + 1)) ] || fail "$counted spikes counted, $(wc -l <spikes.csv) lines written"
awk -F, 'NR == 1 { if ($0 != "t_s,population,neuron") exit 1; next }
         $1 < last || $1 > 0.1 || $3 > 799 { exit 1 } { last = $1 }' spikes.csv || fail "spikes.csv: $(head -3 spikes.csv)"
"$saltus" run "$balanced" --seconds 0.05 --record spikes.npy --record-population inhibitory >two.txt
head -c 200 spikes.npy | grep -aq "('tick', '<i8'), ('population', '<u4'), ('neuron', '<u4')" || fail "no npy"
number=$(sed -n 's/.*inhibitory: \([0-9,]*\) spikes.*/\1/p' two.txt | tr -d ,)
[ "$(stat -c %s spikes.npy)" = $((192 + 16 * number)) ] || fail "npy has not $number spikes"
rm spikes.npy

# Described in full, it is the same network.
"$saltus" run "$balanced" --describe >full.json
grep -q '"escape_width": 0.1' full.json || fail "--describe leaves defaults out"
"$saltus" run full.json --seconds 0.1 >two.txt
[ "$(fingerprint one.txt)" = "$(fingerprint two.txt)" ] || fail "--describe describes another network"

# Replay: the network from the journal or from its file, on any threads; other bits are told, with status 1.
"$saltus" replay run.journal >two.txt || fail "replay: $(cat two.txt)"
grep -q 'every bit is the same' two.txt || fail "no verdict: $(cat two.txt)"
grep -q "the last is $(fingerprint one.txt)" two.txt || fail "another fingerprint: $(cat two.txt)"
says 'every bit' replay run.journal --network "$balanced" --threads 2 --partitions 7
refuses 'describe the network just as it was' replay run.journal --network "$networks/event_digits.json"
size=$(stat -c %s run.journal)
head -c $((size - 20)) run.journal >cut.journal
status=0
"$saltus" replay cut.journal >two.txt || status=$?
[ "$status" = 1 ] || fail "replay of a cut journal: status $status instead of 1: $(cat two.txt)"
grep -q 'truncated' two.txt || fail "the cut is not named: $(cat two.txt)"
rm cut.journal run.journal

# A recording as input: 34 x 34 pixels, polarities apart, as the network's size asks for.
awk 'BEGIN {
    print "t,x,y,p"
    for (i = 0; i < 3000; ++i) printf "%d,%d,%d,%d\n", i * 100, 5 + (i * 7) % 11, 5 + (i * 5) % 13, i % 2
}' >events.csv
digits=$networks/event_digits.json
"$saltus" run "$digits" --input pixels=events.csv --geometry 34x34 --journal in.journal >one.txt || fail "run with input"
grep -q 'events.csv: 3,000 events, 0 filtered, 0 outside' one.txt || fail "input is not counted: $(cat one.txt)"
"$saltus" convert events.csv events.aedat4 --geometry 34x34 >two.txt || fail "no AEDAT4: $(cat two.txt)"
"$saltus" run "$digits" --input pixels=events.aedat4 >two.txt || fail "the file tells the size of the sensor"
[ "$(fingerprint one.txt)" = "$(fingerprint two.txt)" ] || fail "another format, another outcome: $(cat two.txt)"
printf 't_us,x,y,p\n0,1,1,1\n10,5000,3,1\n20,3,3,1\n' >far.csv
"$saltus" run "$networks/event_digits.json" --input pixels=far.csv --geometry 34x34 >two.txt
grep -q 'far.csv: 3 events, 0 filtered, 1 outside' two.txt || fail "an event outside is not counted: $(cat two.txt)"
grep -Eq 'hidden: [1-9][0-9,]* spikes' one.txt || fail "the input moves nothing: $(cat one.txt)"
grep -Eq 'time *0\.3[01]' one.txt || fail "does not end with the input: $(cat one.txt)"
says 'every bit' replay in.journal --partitions 3
grep -q 'intervals learned from' one.txt || fail "nothing is learned: $(cat one.txt)"
"$saltus" run "$digits" --input pixels=events.csv --geometry 34x34 --learn off --journal off.journal >two.txt
! grep -q 'learned' two.txt || fail "--learn off learns: $(cat two.txt)"
says 'every bit' replay off.journal
says '"kind": "instantaneous"' run "$digits" --learn instantaneous --describe
"$saltus" run "$digits" --input pixels=events.csv --geometry 34x34 --polarity on --pause-us 1000 >two.txt
grep -Eq '3,000 events, [1-9][0-9,]+ filtered' two.txt || fail "nothing is filtered: $(cat two.txt)"
[ "$(fingerprint one.txt)" != "$(fingerprint two.txt)" ] || fail "the gate changes nothing"

# Pictures.
"$saltus" run "$balanced" --seconds 0.02 --plot out >two.txt
grep -q 'set multiplot' out/run.gp || fail "no script of the picture: $(ls out)"
if command -v gnuplot >/dev/null; then
    [ -s out/run.png ] || fail "no picture: $(cat two.txt)"
fi
rm -r out

# What is wrong is named, with a remedy.
refuses 'No such file' run absent.json
refuses 'is a folder' run .
refuses 'is no JSON: at line 1' run events.csv
printf '{"populations": [{"name": "a", "size": 5, "model": {"kind": "liff"}}]}' >bad.json
refuses 'bad.json: populations[0].model.kind: is "liff"; write "input", "lif"' run bad.json
refuses 'write POPULATION=FILE' run "$digits" --input events.csv
refuses "is no population of the network; use \"pixels\"" run "$digits" --input pixel=events.csv
refuses 'is no input' run "$digits" --input hidden=events.csv --geometry 20x10
refuses '--geometry' run "$digits" --input pixels=events.csv
refuses 'need 1024, or 2048' run "$digits" --input pixels=events.csv --geometry 32x32
refuses '.csv and .npy' run "$balanced" --record spikes.txt
refuses 'cannot be written' run "$balanced" --record absent/spikes.csv
refuses 'no neurons that spike' run "$digits" --seconds 1 --record-population digits
refuses '--seconds' run "$balanced" --seconds -1
refuses '--threads' run "$balanced" --threads 0
refuses 'single,double' run "$balanced" --precision half
refuses 'cannot be made a folder' run "$balanced" --plot events.csv
refuses "'runn': is not a command; use one of inspect, convert" runn "$balanced"
refuses 'is longer than the period' bench loop --ahead-us 2000
refuses 'does not begin with SALTUSJ1' replay events.csv
says 'balanced.json --plot' run --help
says 'Examples' replay --help

echo "run and replay do what they should"
