#!/bin/sh
# Builds Kubernetes and what belongs to it from source, and puts all of it into an offline bundle: once for each version, in about
# 25 minutes on two processors. Needs Go, gcc and a way to a Go module proxy and to Debian's packages.
# usage: build.sh [minor]: of 1.34, or of 1.33, the version that is upgraded from, whose module files (1.33.mod) lie beside the others.
# The bundle is /var/cache/ts-play/kubernetes-<version>/bundle.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
minor=${1:-1.34}
modules=$minor.mod
[ -e "$here/programs/kubernetes/$modules" ] || modules=go.mod
version=$(sed -n 's/^require k8s.io\/kubernetes v//p' "$here/programs/kubernetes/$modules")
case $version in "$minor".*) ;; *) echo "no module files for Kubernetes $minor" >&2 && exit 2 ;; esac
folder=/var/cache/ts-play/kubernetes-$version
work="$folder/work"

# Of Calico 3.28.5. Its later modules cannot be named: their paths are without the major version that Go wants.
calico=github.com/projectcalico/calico@v1.11.0-cni-plugin.0.20250813170300-a0db560f0520
if ! [ -e "$folder/calico.yaml" ]; then
  mkdir -p "$folder"
  sources=$(go mod download -json "$calico" | sed -n 's/.*"Dir": "\(.*\)",$/\1/p')
  install -m 644 "$sources/manifests/calico.yaml" "$folder/calico.yaml"
fi

# Without the names of protocols kube-proxy does not know its own rules again after a restart, and takes them away.
protocols="$work/net/etc/protocols"
# A bundle that was made before these were in it is made anew; kubeadm runs `pause -v` before an upgrade.
timeout 5 "$work/bin/pause" -v >/dev/null 2>&1 || rm -f "$work/bin/pause"
[ ! -e "$folder/bundle/bundle.json" ] || [ ! -e "$protocols" ] || [ ! -e "$work/bin/pause" ] || exit 0

export CGO_ENABLED=0 GOFLAGS="-buildvcs=false ${GOFLAGS:-}" GOTOOLCHAIN=auto
mkdir -p "$work/bin" "$work/cni" "$work/net"

# build <module> <program> <package> [ldflags]: with the module files of this version, where there are any.
build() {
  [ ! -e "$work/$2" ] || return 0
  (
    cd "$here/programs/$1"
    [ -e "$modules" ] || modules=go.mod
    nice go build -modfile "$modules" -trimpath -ldflags "-s -w ${4:-}" -o "$work/$2" "$3"
  )
}

# What `kubeadm version` and the skew rules of the cluster go by.
stamp=
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  stamp="$stamp -X $package.gitVersion=v$version -X $package.gitMajor=1 -X $package.gitMinor=${minor#*.}"
  stamp="$stamp -X $package.gitTreeState=clean -X $package.gitCommit=unknown"
done
for program in kubeadm kubelet kubectl kube-proxy kube-scheduler kube-controller-manager kube-apiserver; do
  build kubernetes "bin/$program" "k8s.io/kubernetes/cmd/$program" "$stamp"
done

plugins=github.com/containernetworking/plugins/plugins
for plugin in ipam/host-local main/bridge main/loopback meta/portmap; do
  build cni "cni/${plugin#*/}" "$plugins/$plugin"
done
build flannel-cni cni/flannel "$plugins/meta/flannel"
build etcd bin/etcd go.etcd.io/etcd/server/v3
# The proxy has the server that kubeadm 1.33 asks for, but not its tools: these are of a later patch.
tools=etcd
[ "$minor" != 1.33 ] || tools=../../etcd/releases/3.5
build "$tools" bin/etcdctl go.etcd.io/etcd/etcdctl/v3
build "$tools" bin/etcdutl go.etcd.io/etcd/etcdutl/v3
build coredns bin/coredns .
build pause bin/pause .
# One of flannel's backends is in C; static, so that it runs in any image.
[ -e "$work/bin/flanneld" ] || (
  cd "$here/programs/flannel"
  CGO_ENABLED=1 nice go build -trimpath -tags netgo,osusergo -ldflags '-s -w -extldflags -static' -o "$work/bin/flanneld" github.com/flannel-io/flannel
)

# kube-proxy and flannel call the tools of the packet filter: these and what they load, from Debian's packages.
packages='nftables iptables conntrack libc6 libgcc-s1 libmnl0 libnftnl11 libnftables1 libjansson4 libgmp10 libedit2 libtinfo6
  libbsd0 libmd0 libxtables12 libip4tc2 libip6tc2 libnetfilter-conntrack3 libnfnetlink0'
if ! [ -e "$work/net/.complete" ]; then
  mkdir -p "$work/debs" "$work/net/usr/bin" "$work/net/usr/sbin" "$work/net/usr/lib" "$work/net/usr/lib64" "$work/net/run"
  for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$work/net/$link"; done
  # shellcheck disable=SC2086
  (cd "$work/debs" && apt-get -q download $packages)
  for deb in "$work"/debs/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/net" --keep-directory-symlink; done
  rm -rf "$work/net/usr/share" "$work/net/usr/lib/x86_64-linux-gnu/gconv"
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$work/net/usr/sbin/$tool"
  done
  : >"$work/net/.complete"
fi
if ! [ -e "$protocols" ]; then
  mkdir -p "$work/netbase"
  (cd "$work/netbase" && apt-get -q download netbase)
  dpkg-deb --fsys-tarfile "$work"/netbase/*.deb | tar -x -C "$work/net" ./etc/protocols
fi

node "$here/describe.js" "$version" "$work" >"$work/bundle.spec.json"
node "$here/../../bin/ts-play.js" bundle build "$work/bundle.spec.json" "$folder/bundle.new"
rm -rf "$folder/bundle.old"
[ ! -e "$folder/bundle" ] || mv "$folder/bundle" "$folder/bundle.old"
mv "$folder/bundle.new" "$folder/bundle"
rm -rf "$folder/bundle.old"
