#!/usr/bin/env bash
# Fails when the source tree breaks one of its rules, and names each place:
#   - includes point one way, see `may_include` below;
#   - a file of the library has at most 400 lines;
#   - a folder with public headers has a README.md;
#   - the top level holds nothing but what is listed below.
# usage: layering_test.sh <repository>     check it
#        layering_test.sh --self-test      check that each rule bites, on a small bad tree
set -euo pipefail

library=(engine models learning)
top_level='engine learning models bench tests examples CMakeLists.txt CMakePresets.json
           README.md LICENSE CHANGELOG.md packages.txt dev'

library_files() {
    find "${library[@]}" -type f \( -name '*.hpp' -o -name '*.h' -o -name '*.cpp' \) | sort
}

check_includes() {
    library_files | xargs -r awk '
        # The layer of a path written from the repository root.
        function layer(path, part) {
            if (path == "engine/saltus.hpp") return path
            split(path, part, "/")
            return part[1] == "engine" ? part[1] "/" part[2] : part[1]
        }
        function complain(what) { print FILENAME ":" FNR ": " what }
        BEGIN {
            # Each layer may include itself and what stands here.
            core = "engine/core"
            may_include["engine/core"] = ""
            may_include["models"] = core
            may_include["learning"] = core " models"
            may_include["engine/network"] = core " models learning"
            may_include["engine/runtime"] = may_include["engine/network"] " engine/network"
            may_include["engine/io"] = may_include["engine/runtime"] " engine/runtime"
            may_include["engine/persist"] = may_include["engine/io"] " engine/io"
            may_include["engine/api"] = may_include["engine/io"] " engine/io engine/persist"
            may_include["engine/saltus.hpp"] = may_include["engine/api"] " engine/api"
        }
        FNR == 1 {
            from = layer(FILENAME)
            if (!(from in may_include)) complain(from " is no layer of the library")
        }
        /^[ \t]*#[ \t]*include[ \t]*["<]/ {
            quoted = $0 ~ /include[ \t]*"/
            path = $0
            sub(/^[^"<]*["<]/, "", path)
            sub(/[">].*/, "", path)
            to = layer(path)
            if (path ~ /^(examples|tests|bench|saltus)\//)
                complain("the library may not include " path)
            else if (to in may_include) {
                if (to != from && index(" " may_include[from] " ", " " to " ") == 0)
                    complain(from " may not include " path)
            } else if (quoted)
                complain("write the include from the repository root: " path)
        }'
}

check_lengths() {
    library_files | xargs -r wc -l | awk '$2 != "total" && $1 > 400 {
        print $2 ": " $1 " lines, more than 400" }'
}

check_readmes() {
    { library_files | grep -E '\.(hpp|h)$' | xargs -r -n1 dirname
      printf '%s\n' "${library[@]}"; } | sort -u | while read -r folder; do
        [ -f "$folder/README.md" ] || echo "$folder: no README.md"
    done
}

# Judges what git tracks; an unpacked archive without git history is not judged.
check_top_level() {
    git -c safe.directory='*' ls-files 2>/dev/null | cut -d/ -f1 | sort -u |
        { grep -v '^\.' || true; } | while read -r entry; do
        # shellcheck disable=SC2086
        grep -qxF "$entry" <(printf '%s\n' $top_level) || echo "$entry: not at the top level"
    done
}

complaints() {
    cd "$1"
    check_includes
    check_lengths
    check_readmes
    { check_top_level; } || true
}

# put <file> <line>
put() {
    mkdir -p "$(dirname "$1")"
    echo "$2" >>"$1"
}

good_tree() {
    put engine/README.md x
    put engine/core/README.md x
    put models/README.md x
    put learning/README.md x
    put README.md x
    put engine/core/a.hpp '#include <vector>'
    put engine/core/b.hpp '#include "engine/core/a.hpp"'
    put models/a.hpp '#include "engine/core/a.hpp"'
    put learning/a.hpp '#include "models/a.hpp"'
    put engine/network/a.cpp '#include "learning/a.hpp"'
    put engine/saltus.hpp '#include "engine/api/a.hpp"'
    put tests/a.cpp '#include "engine/api/a.hpp"'
}

# Every line printed by spoil_tree is a complaint that the spoiled tree must draw.
spoil_tree() {
    put engine/core/c.hpp '#include "models/a.hpp"'
    echo 'engine/core/c.hpp:1: engine/core may not include models/a.hpp'
    put models/b.hpp '  #  include <learning/a.hpp>'
    echo 'models/b.hpp:1: models may not include learning/a.hpp'
    put engine/runtime/a.cpp '#include "engine/io/a.hpp"'
    echo 'engine/runtime/a.cpp:1: engine/runtime may not include engine/io/a.hpp'
    put engine/io/a.cpp '#include "engine/persist/a.hpp"'
    echo 'engine/io/a.cpp:1: engine/io may not include engine/persist/a.hpp'
    put engine/api/a.cpp '#include "engine/saltus.hpp"'
    echo 'engine/api/a.cpp:1: engine/api may not include engine/saltus.hpp'
    put engine/core/d.cpp '#include "tests/a.hpp"'
    echo 'engine/core/d.cpp:1: the library may not include tests/a.hpp'
    put engine/core/e.cpp '#include "a.hpp"'
    echo 'engine/core/e.cpp:1: write the include from the repository root: a.hpp'
    put engine/misc/a.cpp 'int a;'
    echo 'engine/misc/a.cpp:1: engine/misc is no layer of the library'
    put models/long.cpp "$(seq 401)"
    echo 'models/long.cpp: 401 lines, more than 400'
    put engine/io/a.h 'int a;'
    echo 'engine/io: no README.md'
    put notes.txt x
    echo 'notes.txt: not at the top level'
}

self_test() {
    local tree expected found
    tree=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$tree'" EXIT
    cd "$tree"
    git init -q
    good_tree
    git add -A
    found=$(complaints "$tree")
    [ -z "$found" ] || { printf 'a good tree draws complaints:\n%s\n' "$found"; return 1; }
    expected=$(spoil_tree | sort)
    git add -A
    found=$(complaints "$tree" | sort)
    diff <(echo "$expected") <(echo "$found") || { echo 'expected <, found >'; return 1; }
    echo "$(echo "$expected" | wc -l) violations, all found"
}

if [ "${1:-}" = --self-test ]; then
    self_test
else
    found=$(complaints "${1:?usage: layering_test.sh <repository> | --self-test}")
    [ -z "$found" ] || { echo "$found"; exit 1; }
    echo "no violations"
fi
