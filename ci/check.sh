#!/usr/bin/env bash
# Second step of action.yml: checks the run and comments; the last step fails the job.
set -euo pipefail
# shellcheck source=ci/inputs.sh
. "$(dirname "${BASH_SOURCE[0]}")/inputs.sh"
# One assignment each: the exit code of a line is that of the last one.
BASELINE=$(plain baseline "$BASELINE")
BASELINE_DIGEST=$(plain baseline-digest "$BASELINE_DIGEST")
MISSING_BASELINE=$(plain missing-baseline "$MISSING_BASELINE")
NAME=$(plain name "$NAME")
COMMENT=$(plain comment "$COMMENT")
options=(--comment "${RUNNER_TEMP:?}/qgbench/comment.md" --comment-name "$NAME")
options+=(--missing-baseline "$MISSING_BASELINE")
[ -z "$BASELINE_DIGEST" ] || options+=(--baseline-digest "$BASELINE_DIGEST")
[ "$COMMENT" != true ] || options+=(--post)
if [ -n "${GITHUB_RUN_ID:-}" ]; then
    options+=(--link "${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID")
fi
add_words check-arguments "$ARGUMENTS"

verdicts="$RUNNER_TEMP/qgbench/verdicts.json"
code=0
qgbench check "$RUN" --baseline "$BASELINE" --format json "${options[@]}" > "$verdicts" || code=$?
verdict=not-comparable
if [ -s "$verdicts" ]; then
    verdict=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["verdict"])' < "$verdicts")
elif [ "$code" = 0 ]; then
    verdict=no-baseline
fi
echo "$NAME: $verdict"
{ echo "code=$code"; echo "verdict=$verdict"; } >> "$GITHUB_OUTPUT"
