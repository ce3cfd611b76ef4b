#!/usr/bin/env bash
# The learning examples as a user runs them: faulty options are refused with status 2 and one line that says what is
# wrong, --help has examples, a short run leaves its files, Ctrl-C ends a long one with status 130 and keeps what was
# learned. usage: programs_test.sh <folder of the programs>
set -euo pipefail

folder=${1:?usage: programs_test.sh <folder of the programs>}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    printf 'FAILED: %s\n' "$1"
    failures=$((failures + 1))
}

# refused <word> <program> <argument...>
refused() {
    local word=$1 status=0
    shift
    "$folder/$1" --out "$work/refused" "${@:2}" >"$work/stdout" 2>"$work/stderr" || status=$?
    [ "$status" = 2 ] || fail "$*: exit status $status"
    [ "$(wc -l <"$work/stderr")" = 1 ] || fail "$*: $(wc -l <"$work/stderr") lines on stderr"
    grep -qF -- "$word" "$work/stderr" || fail "$*: no '$word' in '$(cat "$work/stderr")'"
    [ ! -s "$work/stdout" ] || fail "$*: something on stdout"
    [ ! -e "$work/refused" ] || fail "$*: something was written"
}

# short <pictures> <program> <argument...>: a run that ends by itself.
short() {
    local pictures=$1 program=$2
    shift 2
    "$folder/$program" --out "$work/$program" --quiet --no-plots "$@" >"$work/stdout" 2>"$work/stderr" ||
        fail "$program $*: $(cat "$work/stderr")"
    [ ! -s "$work/stderr" ] || fail "$program $*: $(cat "$work/stderr")"
    local file
    for file in result.json learning_curve.csv learning_curve.gp $pictures; do
        [ -s "$work/$program/$file" ] || fail "$program leaves no $file"
    done
    grep -q '"interrupted": false' "$work/$program/result.json" || fail "$program: result.json does not tell the end"
}

# interrupted <program> <argument...>: a run that would take for ever.
interrupted() {
    local program=$1 run status=0
    shift
    "$folder/$program" --out "$work/$program" --no-plots "$@" >"$work/stdout" 2>"$work/stderr" &
    run=$!
    sleep 0.5
    until grep -zq 'ing.* %' "$work/stdout"; do
        kill -0 "$run" 2>/dev/null || { fail "$program ended by itself: $(cat "$work/stderr")"; return; }
        sleep 0.1
    done
    kill -INT "$run"
    wait "$run" || status=$?
    [ "$status" = 130 ] || fail "$program: exit status $status after Ctrl-C"
    grep -q '"interrupted": true' "$work/$program/result.json" || fail "$program: result.json does not tell of Ctrl-C"
}

for program in evidence_accumulation store_recall pattern_generation braille; do
    refused '--bogus' "$program" --bogus
    refused 'must be a number from 0 to 1' "$program" --learning-rate fast
    refused 'symmetric, random, adaptive' "$program" --feedback backprop
    refused 'single, double' "$program" --precision half
    "$folder/$program" --help >"$work/stdout" || fail "$program --help fails"
    grep -q 'Examples:' "$work/stdout" || fail "$program --help has no examples"
    touch "$work/file"
done
refused 'must be odd' evidence_accumulation --cues 4
refused 'remedy' evidence_accumulation --regular 0 --adaptive 0
refused '1 to 50' store_recall --bits 0
refused '1 to 20' pattern_generation --outputs 0
refused 'nowhere.csv.gz: No such file' braille --data "$work/nowhere.csv.gz"
refused 'SALTUS_DATA' braille --data "$work/nowhere.csv.gz"
printf 'something else\n' >"$work/other.csv"
refused "other.csv, line 1: the table does not begin with 'letter,repetition,step" braille --data "$work/other.csv"
printf 'letter,repetition,step,taxel_0,\nA,0,0,1,2,3\n' >"$work/short.csv"
refused 'line 2: there are not 15 fields, but 6' braille --data "$work/short.csv"
printf 'letter,repetition,step,taxel_0,\nA,0,0,1,2,3,4,5,6,7,8,9,10,11,256\n' >"$work/large.csv"
refused "'256' is not a whole number from 0 to 255" braille --data "$work/large.csv"
printf 'letter,repetition,step,taxel_0,\nA,0,0,1,2,3,4,5,6,7,8,9,10,11,12\n' >"$work/cut.csv"
refused 'a letter ends after 1 of 76 steps' braille --data "$work/cut.csv"
for program in cart_pole superspike_pictures; do
    refused '--bogus' "$program" --bogus
    refused 'must be a number from 0 to 1' "$program" --learning-rate fast
    refused 'symmetric, random' "$program" --feedback backprop
done
refused '2 to 100' cart_pole --cells 1
refused 'divides 500000' superspike_pictures --step-us 300
refused 'SALTUS_DATA' superspike_pictures --data "$work/nowhere"
refused '1 to 60000' rules_side_by_side --train-samples 0
refused 'dataset-fashion-mnist' rules_side_by_side --data "$work/nowhere"
refused 'dataset-fashion-mnist' surrogate_sweep --data "$work/nowhere"
for program in nmnist robot; do
    [ -x "$folder/$program" ] || continue # robot: only where MuJoCo is
    refused '--bogus' "$program" --bogus
    refused 'must be a number from 0 to 1' "$program" --learning-rate fast
    "$folder/$program" --help >"$work/stdout" || fail "$program --help fails"
    grep -q 'Examples:' "$work/stdout" || fail "$program --help has no examples"
done
refused 'nowhere/train1K.txt: cannot be read' nmnist --data "$work/nowhere"
refused 'SALTUS_DATA' nmnist --data "$work/nowhere"
refused '2 to 100' nmnist --folds 1
refused 'nowhere.journal: cannot be read' nmnist --replay "$work/nowhere.journal"
refused 'does not begin with SALTUSJ1' nmnist --replay "$work/other.csv"
if "$folder/store_recall" --out "$work/file" 2>"$work/stderr"; then fail 'a file is taken for a folder'; fi
grep -qF -- '--out' "$work/stderr" || fail "--out is not named: $(cat "$work/stderr")"

short trial.gp evidence_accumulation --trials 20 --test-trials 10
short trial.gp store_recall --trials 20 --test-trials 10
short pattern.gp pattern_generation --iterations 5
short episode.gp cart_pole --episodes 5 --test-episodes 1
if [ -x "$folder/robot" ]; then
    short result.json robot --seconds 10 --neurons 200
    grep -Eq '"times_lower": ([2-9]|[1-9][0-9])' "$work/robot/result.json" ||
        fail "the arm learned nothing: $(cat "$work/robot/result.json")"
fi
interrupted evidence_accumulation --trials 2000 --delay-ms 200
interrupted pattern_generation --iterations 2000
interrupted cart_pole --episodes 100000

[ "$failures" = 0 ] || exit 1
echo 'all as it should be'
