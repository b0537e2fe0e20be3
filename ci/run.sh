#!/usr/bin/env bash
# First step of action.yml: installs the package and makes a run with its report.
set -euo pipefail
folder="${RUNNER_TEMP:?}/qgbench"
mkdir -p "$folder"
if [ -n "$PACKAGE" ]; then
    python3 -m venv "$RUNNER_TEMP/qgbench-venv"
    # A virtual environment has bin/ or, on Windows, Scripts/.
    for bin in "$RUNNER_TEMP"/qgbench-venv/{bin,Scripts}; do
        [ -d "$bin" ] && export PATH="$bin:$PATH" && echo "$bin" >> "$GITHUB_PATH"
    done
    python -m pip install --quiet --disable-pip-version-check "$PACKAGE"
fi

# Words as a shell would split them, without running anything in them.
words() { python3 -c 'import shlex, sys; sys.stdout.write("".join(f"{w}\0" for w in shlex.split(sys.argv[1])))' "$1"; }
options=()
while IFS= read -r -d '' word; do options+=("$word"); done < <(words "$ARGUMENTS")
[ -z "$DATASET" ] || options+=(--dataset "$DATASET")

if [ -n "$CONFIG" ]; then
    qgbench run "$CONFIG" --output "$folder/run" ${options[@]+"${options[@]}"}
elif [ -n "$PREDICTIONS" ]; then
    files=()
    while IFS= read -r file; do [ -z "$file" ] || files+=("$file"); done <<< "$PREDICTIONS"
    qgbench score "${files[@]}" --output "$folder/run" ${options[@]+"${options[@]}"}
else
    echo "error: give the input config, or predictions and dataset" >&2
    exit 2
fi
{ echo "run=$folder/run"; echo "folder=$folder"; } >> "$GITHUB_OUTPUT"
[ "$REPORT" != true ] || qgbench report "$folder/run" --output "$folder/report.html"
