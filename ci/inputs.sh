#!/usr/bin/env bash
# How run.sh and check.sh read their inputs; bash 3.2, which macOS has, is enough.

# Text without the spaces and line ends around it, which a block of YAML or Windows adds.
trimmed() {
    local text="${1#"${1%%[![:space:]]*}"}"
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# Adds to `options` the words of an input as a shell would split them, without running anything in them.
add_words() {
    local file word
    file=$(mktemp "${RUNNER_TEMP:?}/words.XXXXXX")
    python3 - "$1" "$2" > "$file" <<'PYTHON' || { rm -f "$file"; exit 2; }
import shlex
import sys

name, text = sys.argv[1:]
try:
    words = shlex.split(text)
except ValueError as error:
    sys.exit(f"error: input {name}: {error} in: {text}")
sys.stdout.write("".join(f"{word}\0" for word in words))
PYTHON
    while IFS= read -r -d '' word; do options+=("$word"); done < "$file"
    rm -f "$file"
}
