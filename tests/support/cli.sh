# What the tests of the program saltus share: an empty folder to work in, and how a refusal looks. To be sourced by a
# script that has set `saltus`, the path of the program.

work=$(mktemp -d)
children=() # processes to be ended with the test
finish() {
    [ "${#children[@]}" = 0 ] || kill "${children[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
cd "$work"

fail() {
    echo "FAILED: $*"
    exit 1
}

# says <pattern> <arguments...>: status 0, and a line that matches
says() {
    local pattern=$1 said
    shift
    said=$("$saltus" "$@" 2>&1) || fail "saltus $*: status $?: $said"
    grep -q -- "$pattern" <<<"$said" || fail "saltus $*: no '$pattern' in: $said"
}

# refuses <words> <arguments...>: status 2, the words in the message, and no file added to the folder
refuses() {
    local words=$1 status=0 before
    shift
    before=$(ls -A)
    "$saltus" "$@" >out.txt 2>err.txt || status=$?
    [ "$status" = 2 ] || fail "saltus $*: status $status instead of 2"
    grep -qF -- "$words" err.txt || fail "saltus $*: no '$words' in: $(cat err.txt)"
    rm -f out.txt err.txt
    [ "$(ls -A)" = "$before" ] || fail "saltus $* left something behind: $(ls -A)"
}
