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
# point <network> <learning> <engine> <x> <seconds>
point() {
    row "sparsity/$1/$2/$3/x:$4" 1 ",\"x\":$4,\"seconds_per_model_second\":$5,\"synaptic_events_per_second\":$4"
}
once() { point rate_hz_of_1000x100 learning "$@"; }
result "$(once saltus 1 0.001)" "$(once saltus 100 0.1)" "$(once dense 1 0.01)" "$(once dense 100 0.01)" \
    "$(row size/static/neurons:1000 1 ',"x":1000,"ns_per_synaptic_event":3,"bytes_per_synapse":8')" \
    "$(row size/static/neurons:10000 1 ',"x":10000,"ns_per_synaptic_event":4,"bytes_per_synapse":8')" \
    "$(row idle/static 1 ',"x":1000,"seconds_per_model_second":1.25e-05')" "$(row bare 7 '')" \
    "$(row tick/1 1 ',"ns_per_synaptic_event":3,"events_against_1ps":1')" >"$work/c.json"
"$source_dir/bench/plots.py" "$work/c.json" "$work/page.html"
[ "$(grep -c '<svg' "$work/page.html")" = 4 ] || fail "four pictures: $(grep -c '<svg' "$work/page.html")"
grep -q 'equal at 10<' "$work/page.html" || fail "the crossover"
[ "$(grep -c '<title>dense' "$work/page.html")" = 2 ] || fail "the dense sweep, its throughput too"
grep -q '<th>tick/1</th>' "$work/page.html" || fail "the table of ticks"
grep -q '<th>idle/static</th><td>seconds per model second 1.25e-05</td>' "$work/page.html" || fail "another counter"
grep -q '<th>bare</th><td>7 ms</td>' "$work/page.html" || fail "no counter at all"

# Curves that never meet, and curves that meet twice, the second time at a point of both.
apart() { point active_share static "$@"; }
twice() { point connectivity static "$@"; }
result "$(apart saltus 1 0.001)" "$(apart saltus 100 0.002)" "$(apart dense 1 0.01)" "$(apart dense 100 0.01)" \
    "$(twice saltus 1 0.1)" "$(twice saltus 100 0.001)" "$(twice saltus 1000 0.01)" \
    "$(twice dense 1 0.01)" "$(twice dense 100 0.01)" "$(twice dense 1000 0.01)" >"$work/d.json"
"$source_dir/bench/plots.py" "$work/d.json" "$work/several.html"
grep -q 'never equal here: saltus is always below' "$work/several.html" || fail "curves that never meet"
grep -q 'equal at 10<' "$work/several.html" && grep -q 'equal at 1e+03<' "$work/several.html" || fail "every crossing"

# Means of repetitions alone, or nothing: said, and the page that there was stays.
sed 's/"iteration"/"aggregate"/g' "$work/a.json" >"$work/means.json"
result >"$work/empty.json"
cp "$work/page.html" "$work/before.html"
for bad in means empty broken; do
    if "$source_dir/bench/plots.py" "$work/$bad.json" "$work/page.html" 2>"$work/said"; then fail "$bad.json is an error"; fi
    grep -q "$bad.json is no result of ./dev bench that can be drawn" "$work/said" || fail "named: $(cat "$work/said")"
    cmp -s "$work/before.html" "$work/page.html" || fail "the page of before is kept"
done
for program in plots.py compare; do
    if "$source_dir/bench/$program" "$work/means.json" "$work/page.html" 2>"$work/said"; then fail "means to $program"; fi
    grep -q -- '--benchmark_display_aggregates_only' "$work/said" || fail "$program says what to do: $(cat "$work/said")"
done

! grep -qE '(src|href)="http' "$work/page.html" || fail "the page needs nothing else"
echo "compare and plots: ok"
