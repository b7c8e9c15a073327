#!/bin/sh
# Process 1 of the namespaces that enter.ts makes: gives them a network, folders and kernel settings of their own, then runs a command.
# Nothing of this is undone, for it goes with the namespaces.
set -eu

# the kubelet passes mounts on to its containers
mount --make-rshared /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
mkdir /run/lock /run/netns /run/bench /run/bench/tmp
# what is left there goes, too, and nobody outside takes it for that of somebody who is gone
export TMPDIR=/run/bench/tmp

# folders that the kubelet and network plugins insist on, also where the machine has none: /var/lib as it is, but for these
mkdir /run/bench/lib
for folder in /var/lib/*/; do
  name=$(basename "$folder")
  mkdir "/run/bench/lib/$name"
  case $name in
    kubelet | cni) ;;
    *) mount --rbind "$folder" "/run/bench/lib/$name" ;;
  esac
done
mount --rbind /run/bench/lib /var/lib

# the kubelet sets these, and they are not of any namespace: it finds them as it wants them
own_setting() {
  file=/run/bench/setting-$(echo "$1" | tr / -)
  echo "$2" > "$file"
  mount --bind "$file" "/proc/sys/$1"
}
own_setting vm/overcommit_memory 1
own_setting vm/panic_on_oom 0
own_setting kernel/panic 10
own_setting kernel/panic_on_oops 1
own_setting kernel/keys/root_maxkeys 1000000
own_setting kernel/keys/root_maxbytes 25000000

# names of Services, also for what is no pod; nobody else can be asked here
echo "nameserver 10.99.0.1
search svc.cluster.local cluster.local" > /run/bench/resolv.conf
mount --bind /run/bench/resolv.conf /etc/resolv.conf

# two nodes, one address each; nothing leads out
ip link set lo up
ip link add bench0 type veth peer name bench1
ip address add 10.99.0.1/24 dev bench0
ip address add 10.99.0.2/24 dev bench0
ip link set bench0 up
ip link set bench1 up
ip route add default dev bench0
echo 1 > /proc/sys/net/ipv4/ip_forward
modprobe br_netfilter 2> /dev/null || true
[ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables

# not exec: this shell buries processes whose parents are gone
"$@"
