#!/usr/bin/env bash
# Faulty options and faulty data end the program with status 2 and one line on stderr that says what is wrong, and
# nothing is written. usage: faults_test.sh <fashion_mnist>
set -euo pipefail

program=${1:?usage: faults_test.sh <fashion_mnist>}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    printf 'FAILED: %s\n' "$1"
    failures=$((failures + 1))
}

# refused <word> <argument...>: the run is refused with one line that holds the word.
refused() {
    local word=$1 status=0
    shift
    "$program" --out "$work/out" "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
    [ "$status" = 2 ] || fail "$*: exit status $status"
    [ "$(wc -l <"$work/stderr")" = 1 ] || fail "$*: $(wc -l <"$work/stderr") lines on stderr"
    grep -qF -- "$word" "$work/stderr" || fail "$*: no '$word' in '$(cat "$work/stderr")'"
    [ ! -s "$work/stdout" ] || fail "$*: something on stdout"
    [ ! -e "$work/out" ] || fail "$*: something was written"
}

# idx <magic> <extents...>: header of an IDX file, each number below 256.
idx() {
    printf '\x00\x00\x08'
    # shellcheck disable=SC2059
    printf "\\x$1"
    shift
    # shellcheck disable=SC2059
    for extent in "$@"; do printf "\\x00\\x00\\x00\\x$(printf %02x "$extent")"; done
}

# data <name>: a folder of that name with two small images of 2 x 2 pixels in each part.
data() {
    mkdir "$work/$1"
    local part
    for part in train t10k; do
        { idx 03 2 2 2; printf 'abcdefgh'; } | gzip >"$work/$1/$part-images-idx3-ubyte.gz"
        { idx 01 2; printf '\x00\x01'; } | gzip >"$work/$1/$part-labels-idx1-ubyte.gz"
    done
}

refused '1 to 20000' --hidden 0
refused '1 to 20000' --hidden -3
refused '1 to 20000' --hidden 1e3
refused '1 to 1000' --epochs 1001
refused 'eprop-symmetric, eprop-random' --rule backprop
refused 'lif, adaptive-lif' --neuron izhikevich
refused 'divides 1000' --tick-us 3
refused '--learning-rate: must be a number from 0 to 10' --learning-rate nan
refused '1 to 256' --threads 0
refused 'single, double' --precision half
refused '--seed' --seed -1
refused '--train-samples' --train-samples 60001
refused '--test-samples' --test-samples 0
refused '--epochs' --epochs
refused '--bogus' --bogus
refused "$work/nowhere/train-images-idx3-ubyte.gz: No such file" --data "$work/nowhere"

data truncated
head -c 20 "$work/truncated/t10k-labels-idx1-ubyte.gz" >"$work/cut"
mv "$work/cut" "$work/truncated/t10k-labels-idx1-ubyte.gz"
refused 't10k-labels-idx1-ubyte.gz: the file is truncated' --data "$work/truncated"
data swapped
cp "$work/swapped/train-labels-idx1-ubyte.gz" "$work/swapped/train-images-idx3-ubyte.gz"
refused 'wrong magic number' --data "$work/swapped"
data disagreeing
{ idx 01 3; printf '\x00\x01\x02'; } | gzip >"$work/disagreeing/train-labels-idx1-ubyte.gz"
refused '3 labels for the 2 images' --data "$work/disagreeing"
data trailing
echo garbage >>"$work/trailing/train-images-idx3-ubyte.gz"
refused 'goes on after the end' --data "$work/trailing"

data good
mkdir "$work/good_out"
echo 'of another run' >"$work/good_out/learning_curve.png"
"$program" --out "$work/good_out" --data "$work/good" --hidden 5 --quiet --no-plots >/dev/null ||
    fail 'four good files are refused'
[ -s "$work/good_out/result.json" ] || fail 'no result.json'
[ ! -e "$work/good_out/learning_curve.png" ] || fail 'a picture of another run is left, as if it were of this one'
[ -z "$(find "$work/good_out" -name '*.part-*')" ] || fail 'a half-written file is left'
touch "$work/file"
"$program" --out "$work/file" --data "$work/good" 2>"$work/stderr" && fail 'a file is taken for a folder'
grep -qF -- '--out' "$work/stderr" || fail "--out is not named: $(cat "$work/stderr")"
"$program" --help >"$work/stdout" 2>"$work/stderr" || fail '--help fails'
grep -q 'Examples:' "$work/stdout" || fail '--help has no examples'

[ "$failures" = 0 ] || exit 1
echo 'all refused as they should'
