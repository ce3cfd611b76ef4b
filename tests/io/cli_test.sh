#!/usr/bin/env bash
# The program saltus as a user runs it: conversions there and back, reports, and what it says when something is wrong.
# usage: cli_test.sh <saltus> <fuzz_seeds>
set -euo pipefail

saltus=${1:?usage: cli_test.sh <saltus> <fuzz_seeds>}
seeds=${2:?usage: cli_test.sh <saltus> <fuzz_seeds>}
# shellcheck source=tests/support/cli.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/cli.sh"

awk 'BEGIN {
    print "t,x,y,p"
    for (i = 0; i < 3000; ++i) printf "%d,%d,%d,%d\n", 5000 + int(i / 4) * 700, (i * 37) % 640, (i * 11) % 480, i % 2
}' >truth.csv

# There and back through every format that can be written.
for format in raw es aedat4 npy csv; do
    "$saltus" convert truth.csv "there.$format" --geometry 640x480 >/dev/null
    "$saltus" convert "there.$format" back.csv >/dev/null
    cmp truth.csv back.csv || fail "$format changed the events"
    says 'events *3,000 (1,500 on, 1,500 off)' inspect "there.$format"
    rm "there.$format" back.csv
done
for packing in none lz4 zstd; do
    "$saltus" convert truth.csv packed.aedat4 --geometry 640x480 --packing $packing --force >/dev/null
    "$saltus" convert packed.aedat4 back.csv --force >/dev/null
    cmp truth.csv back.csv || fail "packing $packing changed the events"
done
rm packed.aedat4 back.csv

# Reports.
"$saltus" inspect truth.csv --json >report.json
grep -q '"events": 3000,' report.json || fail "no count in the JSON report"
grep -q '"fault": ""' report.json || fail "a fault in the JSON report"
rm report.json
says convert --help
says Examples convert --help
says '^[0-9]\+\.[0-9]\+' --version
says 'events *3,000' inspect /dev/stdin < <(cat truth.csv)

# Rebase and sort.
printf 't,x,y,p\n2000000,1,2,1\n1000000,3,4,0\n' >disorder.csv
"$saltus" convert disorder.csv order.csv --sort --rebase >/dev/null
printf 't,x,y,p\n0,3,4,0\n1000000,1,2,1\n' | cmp - order.csv || fail "sort and rebase"
printf '1.5;7;8;true\n' >columns.txt
"$saltus" convert columns.txt columns.csv --columns t_ms,x,y,p >/dev/null
printf 't,x,y,p\n1500,7,8,1\n' | cmp - columns.csv || fail "columns"
rm order.csv columns.txt columns.csv

# A damaged file: what precedes the fault is reported; it is only written on request.
"$saltus" convert truth.csv whole.raw --geometry 640x480 >/dev/null
head -c 2001 whole.raw >cut.raw
status=0
"$saltus" inspect cut.raw >report.txt || status=$?
[ "$status" = 1 ] || fail "inspect of a damaged file: status $status instead of 1"
grep -q 'fault *truncated at byte 2,000' report.txt || fail "the cut is not named: $(cat report.txt)"
rm report.txt
refuses --partial convert cut.raw part.csv
"$saltus" convert cut.raw part.csv --partial >/dev/null
cmp -n "$(stat -c %s part.csv)" truth.csv part.csv || fail "--partial changed the events"
[ "$(wc -l <part.csv)" -gt 100 ] || fail "--partial kept next to nothing"
rm part.csv

# Journals: whole, cut, damaged, and none at all.
"$seeds" journal .
mv sample_0 run.journal
"$saltus" verify run.journal >report.txt || fail "a whole journal: $(cat report.txt)"
grep -q 'verdict *whole' report.txt || fail "a whole journal is not called so: $(cat report.txt)"
grep -q 'calls *1 advance, 2 push, 1 target,' report.txt || fail "calls are counted wrong: $(cat report.txt)"
{ head -c 150 run.journal; printf X; tail -c +152 run.journal; } >damaged.journal
status=0
"$saltus" verify damaged.journal >report.txt || status=$?
[ "$status" = 1 ] || fail "verify of a damaged journal: status $status instead of 1"
grep -Eq 'fault *(corrupt|truncated) at byte' report.txt || fail "the damage is not named: $(cat report.txt)"
head -c 200 run.journal >cut.journal
status=0
"$saltus" verify cut.journal >report.txt || status=$?
[ "$status" = 1 ] || fail "verify of a cut journal: status $status instead of 1"
grep -q 'fault *truncated at byte 1[0-9][0-9]: the file ends inside an entry' report.txt || fail "the cut is not named: $(cat report.txt)"
grep -q 'entries before the fault are whole' report.txt || fail "no verdict on a cut journal: $(cat report.txt)"
rm report.txt run.journal cut.journal damaged.journal
refuses 'does not begin with SALTUSJ1' verify truth.csv
refuses 'the file ends inside the header' verify <(printf 'SALTUSJ1\001\000\000\000')
refuses 'No such file' verify absent.journal
refuses 'is a folder' verify .

# What is wrong is named, with a remedy.
refuses 'No such file' inspect absent.raw
refuses 'is a folder' inspect .
: >empty.raw
refuses 'is empty' inspect empty.raw
head -c 1000 /dev/zero | tr '\0' '\377' >noise.bin
refuses '--format' inspect noise.bin
refuses "there is no 'evt9'" inspect noise.bin --format evt9
refuses 'no format that can be written' convert truth.csv target.xyz
refuses '--geometry' convert truth.csv target.es
refuses 'is no size' convert truth.csv target.es --geometry 640
refuses 'the file to read' convert truth.csv ./truth.csv --force
refuses 'use --force' convert truth.csv whole.raw
refuses '--sort' convert disorder.csv target.raw
refuses 'cannot be written' convert truth.csv absent/target.csv
refuses 'leave the number out' inspect truth.csv --recording 3
refuses 'subcommand' --colour
refuses 'file is required' inspect
refuses '--overload' bench loop --overload nothing

# Streams: a recording and a pipe, to a file.
"$saltus" stream truth.csv --speed 0 --geometry 640x480 --output passed.aedat4 >stream.txt
grep -q '3,000 events' stream.txt || fail "stream does not count: $(cat stream.txt)"
"$saltus" stream - --output back.csv <passed.aedat4 >stream.txt
cmp truth.csv back.csv || fail "streams changed the events"
rm passed.aedat4 back.csv stream.txt
refuses 'has no port' stream udp://host
refuses 'no format that can be written' stream truth.csv --output target.xyz
refuses "there is no 'spiff'" stream udp://127.0.0.1:0 --payload spiff
refuses '--geometry' stream truth.csv --speed 0 --output target.es

# A control loop, for a moment: ten times too many events are dropped and accounted for.
"$saltus" bench loop --seconds 0.3 --warm-up 0.2 --overload 10 --json >loop.json || fail "bench loop under overload"
grep -q '"balanced": true' loop.json || fail "events are not accounted for"
grep -q '"dropped": 0,' loop.json && fail "an overload of ten drops nothing"
grep -Eq '"accepted": [1-9][0-9]{2,}' loop.json || fail "next to nothing was accepted"
rm loop.json

echo "the program does what it should"
