#!/bin/sh
# Waits until nobody holds its input any more, then removes the control groups named $1 from every hierarchy.
cat > /dev/null
for attempt in $(seq 100); do
  left=$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$1")
  [ -n "$left" ] || exit 0
  find $left -depth -type d -exec rmdir {} + 2> /dev/null
  sleep 0.1
done
exit 1
