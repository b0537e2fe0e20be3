#!/usr/bin/env bash
# How run.sh and check.sh read their inputs; bash 3.2, which macOS has, is enough.

# Text without the spaces and line ends around it, which a block of YAML or Windows adds.
trimmed() {
    local text="${1#"${1%%[![:space:]]*}"}"
    printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# The text of an input like that; a control character inside it stops the job, since a name that it
# garbles would only be missing, such as a baseline that is not made yet.
plain() {
    local text
    text=$(trimmed "$2")
    case "$text" in
        *[[:cntrl:]]*) printf 'error: input %s: has a control character: %q\n' "$1" "$text" >&2; return 2 ;;
    esac
    printf '%s' "$text"
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
for word in words:
    if any(ord(character) < 32 or ord(character) == 127 for character in word):
        sys.exit(f"error: input {name}: has a control character in: {word!r}")
sys.stdout.write("".join(f"{word}\0" for word in words))
PYTHON
    while IFS= read -r -d '' word; do options+=("$word"); done < "$file"
    rm -f "$file"
}
