#!/usr/bin/env bash
# Ctrl-C ends a run of the example early: exit status 130, and what was learned so far is written.
# usage: interrupt_test.sh <fashion_mnist>
set -euo pipefail

program=${1:?usage: interrupt_test.sh <fashion_mnist>}
if [ ! -e /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz ]; then
    echo 'saltus-test skipped: the package dataset-fashion-mnist is not installed'
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" --out "$work/out" --hidden 50 --epochs 1000 --test-samples 100 --no-plots >"$work/stdout" &
run=$!
for _ in $(seq 600); do
    grep -q '^epoch 1/1000   10 %' "$work/stdout" && break
    sleep 0.1
done
kill -INT "$run"
status=0
wait "$run" || status=$?

[ "$status" = 130 ] || { echo "exit status $status instead of 130"; exit 1; }
grep -q '"interrupted": true' "$work/out/result.json" || { echo 'result.json does not tell'; exit 1; }
seen=$(sed -n 's/.*"samples_seen": \([0-9]*\).*/\1/p' "$work/out/result.json")
[ "$seen" -ge 6000 ] || { echo "only $seen images learned"; exit 1; }
tail -n 1 "$work/out/learning_curve.csv" | grep -q "^$seen," || { echo 'the curve ends elsewhere'; exit 1; }
echo "interrupted after $seen images"
