#!/bin/sh
# Builds releases of etcd from source and packs them as the project's own archives, with their hashes as a lock file: 2 minutes for each
# version on one processor, once. Needs Go and a way to a Go module proxy.
# usage: build.sh [folder], by default /var/cache/ts-play/etcd
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-/var/cache/ts-play/etcd}
architecture=$(dpkg --print-architecture)
export CGO_ENABLED=0 GOFLAGS='-buildvcs=false -p=1' GOMAXPROCS=1
mkdir -p "$folder"

for module in "$here"/releases/*; do
  version=$(sed -n 's/.*go.etcd.io\/etcd\/server\/v3 v//p' "$module/go.mod")
  name=etcd-v$version-linux-$architecture
  [ ! -e "$folder/$name.tar.gz" ] || continue
  work=$(mktemp -d "$folder/.build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir "$work/$name"
  for program in server etcdctl etcdutl; do
    out=$program
    [ "$program" != server ] || out=etcd
    (cd "$module" && nice go build -trimpath -ldflags '-s -w' -o "$work/$name/$out" "go.etcd.io/etcd/$program/v3")
  done
  tar -C "$work" -czf "$work/archive" "$name"
  mv "$work/archive" "$folder/$name.tar.gz"
  rm -rf "$work"
done

{
  echo 'etcd_checksums:'
  for archive in "$folder"/etcd-v*-linux-"$architecture".tar.gz; do
    version=${archive##*/etcd-v}
    echo "  ${version%-linux-*}: { $architecture: $(sha256sum "$archive" | cut -d' ' -f1) }"
  done
} >"$folder/etcd.lock.yaml"
