#!/usr/bin/env bash
# Fails when a command that a README's table names as the proof of something selects nothing: tests by ctest's -R, cases
# of saltus_tests by name or tag, examples, benchmarks.
# usage: commands_test.sh <repository> <build> <saltus_tests> [<benchmarks>]    check it
#        commands_test.sh --self-test <build> <saltus_tests>                    check that it bites
set -euo pipefail

# What stands between backticks in the rows of tables, one a line.
commands() {
    grep -h '^|' "$@" | grep -o '`[^`]*`' | tr -d '`'
}

# The same command with other arguments is written as the arguments alone: `saltus_tests "a"`, `"b"`.
cases() {
    sed -nE 's/^(.*saltus_tests )?"([^"]+)"$/\2/p'
}
tests() {
    sed -nE "s/^\.\/dev test -R ['\"]?([^'\"]+)['\"]?\$/\1/p"
}
examples() {
    sed -nE 's/^\.\/dev example ([a-z_]+).*/\1/p'
}
benchmarks() {
    sed -nE "s/^(\.\/dev bench --benchmark_filter=|\.\.\.=)'?([^', ]+)'?.*/\2/p"
}

failures=0
complain() {
    echo "nothing is selected by: $1"
    failures=$((failures + 1))
}

# check <repository> <build> <saltus_tests> <benchmarks or nothing> <README...>
check() {
    local repository=$1 build=$2 program=$3 bench=$4 all word listed
    shift 4
    all=$(commands "$@")
    while read -r word; do
        listed=$("$program" --list-tests "$word" 2>/dev/null | grep -E '^[0-9]+ matching test case' || true)
        [[ $listed =~ ^[1-9] ]] || complain "saltus_tests \"$word\""
    done < <(cases <<<"$all")
    while read -r word; do
        listed=$(ctest --test-dir "$build" -N -R "$word" | sed -n 's/^Total Tests: //p')
        [ "${listed:-0}" -gt 0 ] || complain "./dev test -R '$word'"
    done < <(tests <<<"$all")
    while read -r word; do
        ls "$repository/examples/$word"/*.cpp >/dev/null 2>&1 || complain "./dev example $word"
    done < <(examples <<<"$all")
    if [ -x "$bench" ]; then
        while read -r word; do
            listed=$("$bench" --benchmark_list_tests --benchmark_filter="$word" 2>/dev/null | grep -c / || true)
            [ "$listed" -gt 0 ] || complain "./dev bench --benchmark_filter=$word"
        done < <(benchmarks <<<"$all")
    fi
    [ "$(cases <<<"$all" | wc -l)" -gt 0 ] || complain "all of them: no table names any case"
}

if [ "$1" = --self-test ]; then
    bad=$(mktemp -d)
    trap 'rm -rf "$bad"' EXIT
    printf '| a | `saltus_tests "no such case"`, `"nor *this"` | `./dev test -R "nor.this"` | `./dev example neither` |\n' \
        >"$bad/README.md"
    check "$bad" "$2" "$3" "" "$bad/README.md" >/dev/null
    [ "$failures" = 4 ] || { echo "found $failures of 4 commands that select nothing"; exit 1; }
    echo "each kind of command that selects nothing is found"
    exit
fi
check "$1" "$2" "$3" "${4:-}" "$1/README.md" "$1/learning/README.md"
[ "$failures" = 0 ] || exit 1
echo "every command of the tables selects something"
