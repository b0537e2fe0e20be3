#!/usr/bin/env bash
# First step of action.yml: installs the package and makes a run with its report.
set -euo pipefail
# shellcheck source=ci/inputs.sh
. "$(dirname "${BASH_SOURCE[0]}")/inputs.sh"
# One assignment each: the exit code of a line is that of the last one.
PACKAGE=$(plain package "$PACKAGE")
CONFIG=$(plain config "$CONFIG")
DATASET=$(plain dataset "$DATASET")
REPORT=$(plain report "$REPORT")
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

options=()
add_words arguments "$ARGUMENTS"
[ -z "$DATASET" ] || options+=(--dataset "$DATASET")

if [ -n "$CONFIG" ]; then
    qgbench run "$CONFIG" --output "$folder/run" ${options[@]+"${options[@]}"}
elif [ -n "$PREDICTIONS" ]; then
    files=()
    while IFS= read -r line; do
        file=$(plain predictions "$line")
        [ -z "$file" ] || files+=("$file")
    done <<< "$PREDICTIONS"
    qgbench score "${files[@]}" --output "$folder/run" ${options[@]+"${options[@]}"}
else
    echo "error: give the input config, or predictions and dataset" >&2
    exit 2
fi
{ echo "run=$folder/run"; echo "folder=$folder"; } >> "$GITHUB_OUTPUT"
[ "$REPORT" != true ] || qgbench report "$folder/run" --output "$folder/report.html"
