#!/bin/bash
# Installs the real programs that test/peers runs against: S3 servers, AWS's clients, a browser. What is there already is
# left alone; what cannot be had here is named in a line SKIPPED, and its tests skip themselves. Everything but the browser
# goes to ~/.cache/batchline (under XDG_CACHE_HOME where that is set), where the tests look for it (test/peers/support/):
#   go/bin/{versitygw,server}                                 `server` is toxiproxy's
#   venv-{awscli,moto,dvc,sagemaker2,sagemaker-core,airflow,cfn-lint}   links, each to the environment of its packages
set -uo pipefail
cd "$(dirname "$0")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/batchline
pins=../shared/tools/pins
mkdir -p "$cache/go/bin"
exec 9> "$cache/peers.lock"
flock 9 # two runs would make the same environments
rm -rf "$cache"/go/making.* # of a run that was ended
failures=$(mktemp)
trap 'rm -f "$failures"' EXIT

main() {
  # The compiler wants the cores, pip the network and the disk, so the two go well together.
  go_tools & environments & browser & wait
  echo "peers: $SECONDS s"
  [ ! -s "$failures" ]
}

go_tools() {
  go_tool versitygw github.com/versity/versitygw/cmd/versitygw v1.8.0
  go_tool server github.com/Shopify/toxiproxy/v2/cmd/server v2.5.0
}

# go_tool NAME PACKAGE VERSION
go_tool() {
  local name=$1 package=$2 version=$3 made start=$SECONDS
  command -v go > /dev/null || { echo "SKIPPED: $name: no go to build it with"; return; }
  go version -m "$cache/go/bin/$name" 2> /dev/null | grep -q "^[[:space:]]*mod.*[[:space:]]$version[[:space:]]" && return
  made=$(mktemp -d "$cache/go/making.XXXXXX")
  if GOBIN=$made quietly "$name" go install "$package@$version"; then
    mv "$made/$name" "$cache/go/bin/$name"
    echo "$name $version: $((SECONDS - start)) s"
  fi
  rm -rf "$made"
}

environments() {
  environment awscli awscli-1.46.3.txt
  environment moto moto-5.2.5.txt
  environment dvc dvc-3.67.0.txt
  package cfn-lint cfn-lint==1.58.0
  environment sagemaker-core sagemaker-core-2.27.0.txt
  environment sagemaker2 sagemaker-2.257.7.txt
  environment airflow airflow-3.3.2.txt
}

# environment NAME LIST: a virtual environment with the packages of a list made by `pip freeze`, hence complete.
environment() {
  local name=$1 list=$pins/$2
  [ -r "$list" ] || { echo "SKIPPED: $name: no $list, which says what to install"; return; }
  virtual_environment "$name" "$(cat "$list")" --no-deps -r "$list"
}

# package NAME PACKAGE==VERSION: one with what its dependencies are today, which may fail without failing the run.
package() {
  local name=$1 optional=yes
  virtual_environment "$name" "$2" "$2"
}

# virtual_environment NAME CONTENTS PIP-ARGUMENTS…
virtual_environment() {
  local name=$1 contents=$2 python venv start=$SECONDS
  shift 2
  python=$(python3 --version) || { echo "SKIPPED: $name: no python3"; return; }
  venv=$cache/venv-$name-$({ echo "$python"; echo "$contents"; } | sha256sum | cut -c -12)
  if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv" # half made, if anything
    # Compiled when imported: most modules never are.
    quietly "$name" python3 -m venv "$venv" &&
      quietly "$name" "$venv/bin/pip" install --no-compile --disable-pip-version-check "$@" &&
      touch "$venv/complete" || return
    echo "$name: $((SECONDS - start)) s"
  fi
  ln -sfn "$venv" "$cache/venv-$name.new" && mv -T "$cache/venv-$name.new" "$cache/venv-$name"
}

browser() {
  local start=$SECONDS
  command -v chromium > /dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || { echo "SKIPPED: chromium: not installed, and not root on Debian"; return; }
  export DEBIAN_FRONTEND=noninteractive
  quietly chromium apt-get -o DPkg::Lock::Timeout=300 update &&
    quietly chromium apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium &&
    echo "chromium: $((SECONDS - start)) s"
}

# quietly WHAT COMMAND…: says something only when it fails, and then the run has failed, unless $optional.
quietly() {
  local what=$1 log word=FAILED
  [ -z "${optional-}" ] || word=SKIPPED
  shift
  log=$(mktemp)
  "$@" > "$log" 2>&1 < /dev/null || {
    echo "$word: $what: $*"
    tail -n 30 "$log"
    [ $word = SKIPPED ] || echo "$what" >> "$failures"
    rm -f "$log"
    return 1
  }
  rm -f "$log"
}

main
