#!/bin/sh
# Has an independent judge hold sandboxes to the documents that they are made of.
#
#   crates/sandbox/validate.sh                      every document in specs/
#   crates/sandbox/validate.sh specs/airpay.yaml    this one
#
# The judge is Schemathesis, which reads OpenAPI, generates requests from it, good and bad ones, and checks the responses.
# It is installed from PyPI into target/schemathesis; it needs python3. Each document is played twice:
#
# - as it is. Schemathesis cannot sign, so all that it gets is refusals; they must be documented ones.
# - unverified, so that rules and schemas decide. Good requests must be answered with a success, bad ones must be
#   refused.
#
# Where refusals have HTTP status 200 (a document without a response 4xx), Schemathesis cannot tell them from successes,
# and only the form of the responses is checked.
set -eu

cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
tool=$target/schemathesis
version=4.32.5

if [ ! -x "$tool/bin/schemathesis" ]; then
    python3 -m venv "$tool"
    "$tool/bin/pip" install --quiet "schemathesis==$version"
fi
cargo build --quiet --package countersign-sandbox --example serve
[ $# -gt 0 ] || set -- specs/*.yaml

form=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
form=$form,allow_header_conformance
work=$(mktemp -d)
sandbox=
trap '[ -z "$sandbox" ] || kill "$sandbox"; rm -rf "$work"' EXIT

# judge DOCUMENT CHECKS [--unverified]
judge() {
    document=$1 checks=$2
    shift 2
    : >"$work/variables"
    "$target/debug/examples/serve" "$document" "$@" >"$work/variables" 2>"$work/log" &
    sandbox=$!
    tries=0
    until url=$(sed -n "s/^export [A-Z0-9_]*_BASE_URL='\(.*\)'$/\1/p" "$work/variables") && [ -n "$url" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ]; then
            cat "$work/log" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "== $document $*"
    "$tool/bin/schemathesis" run "$document" --url "$url" --checks "$checks" --max-examples "${EXAMPLES:-50}" \
        --phases examples,coverage,fuzzing --seed 1 --continue-on-failure --no-color
    kill -INT "$sandbox"
    wait "$sandbox"
    sandbox=
}

for document in "$@"; do
    if grep -qE "^ +'?4[0-9X][0-9X]'?:" "$document"; then
        judge "$document" "$form,ignored_auth"
        judge "$document" "$form,positive_data_acceptance,negative_data_rejection" --unverified
    else
        judge "$document" "$form"
        judge "$document" "$form,positive_data_acceptance" --unverified
    fi
done
