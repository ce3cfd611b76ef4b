#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# bench/compare and bench/plots.py on results that are known. usage: reports_test.sh <source folder>
set -euo pipefail
source_dir=$1
for program in python3 gnuplot; do
    command -v "$program" >/dev/null || { echo "saltus-test skipped: there is no $program"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $1"; exit 1; }

# row <name> <cpu time> <counters>
row() { printf '{"name":"%s","run_name":"%s","run_type":"iteration","cpu_time":%s,"time_unit":"ms"%s}' "$1" "$1" "$2" "$3"; }
result() { local IFS=,; printf '{"context":{"date":"today","num_cpus":2},"benchmarks":[%s]}' "$*"; }

result "$(row delivery 5 ',"ns_per_synaptic_event":4.0,"real_time_factor":3')" \
    "$(row delivery 6 ',"ns_per_synaptic_event":6.0,"real_time_factor":2')" \
    "$(row queue 10 '')" "$(row gone 1 '')" >"$work/a.json"
result "$(row delivery 5 ',"ns_per_synaptic_event":2.0,"real_time_factor":9')" \
    "$(row queue 5 '')" "$(row new 1 '')" >"$work/b.json"

out=$("$source_dir/bench/compare" "$work/a.json" "$work/b.json")
grep -Eq '^delivery +4 +2 +0\.500  ns_per_synaptic_event' <<<"$out" || fail "the smallest of two repetitions: $out"
grep -Eq '^queue +10 +5 +0\.500  cpu_time' <<<"$out" || fail "without the counter processor time counts: $out"
grep -q '^only in A: gone$' <<<"$out" && grep -q '^only in B: new$' <<<"$out" || fail "what is missing: $out"
out=$("$source_dir/bench/compare" "$work/a.json" "$work/b.json" --counter real_time_factor)
grep -Eq '^delivery +3 +9 +3\.000' <<<"$out" || fail "the largest where more is better: $out"
grep -Eq '^geometric mean +3\.000' <<<"$out" || fail "the mean: $out"
if "$source_dir/bench/compare" "$work/a.json" "$work/b.json" --filter nothing 2>"$work/said"; then
    fail "nothing in common is an error"
fi
grep -q 'in common' "$work/said" || fail "and says so"
echo '{"benchmarks": 3' >"$work/broken.json"
if "$source_dir/bench/compare" "$work/a.json" "$work/broken.json" 2>"$work/said"; then fail "broken JSON is an error"; fi
grep -q 'broken.json is no result' "$work/said" || fail "which names the file"

# Curves that meet at 10 Hz: event-driven time grows with the rate, dense time does not.
point() { row "sparsity/rate_hz_of_1000x100/learning/$1/x:$2" 1 ",\"x\":$2,\"seconds_per_model_second\":$3"; }
result "$(point saltus 1 0.001)" "$(point saltus 100 0.1)" "$(point dense 1 0.01)" "$(point dense 100 0.01)" \
    "$(row size/static/neurons:1000 1 ',"x":1000,"ns_per_synaptic_event":3,"bytes_per_synapse":8')" \
    "$(row size/static/neurons:10000 1 ',"x":10000,"ns_per_synaptic_event":4,"bytes_per_synapse":8')" \
    "$(row tick/1 1 ',"ns_per_synaptic_event":3,"events_against_1ps":1')" >"$work/c.json"
"$source_dir/bench/plots.py" "$work/c.json" "$work/page.html"
[ "$(grep -c '<svg' "$work/page.html")" = 3 ] || fail "three pictures: $(grep -c '<svg' "$work/page.html")"
grep -q 'equal at 10' "$work/page.html" || fail "the crossover"
grep -q '<th>tick/1</th>' "$work/page.html" || fail "the table of ticks"
! grep -qE '(src|href)="http' "$work/page.html" || fail "the page needs nothing else"
echo "compare and plots: ok"
