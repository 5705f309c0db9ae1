#!/usr/bin/env bash
# A Slurm of one node from Debian's packages, for trying deploy/slurm where there is no cluster (root; no systemd needed). The node claims
# more cores and memory than there may be, so that it takes what the scripts ask for.
# usage: tools/slurm-here.sh start | stop
set -euo pipefail
node=$(hostname -s)
configuration=/etc/slurm/slurm.conf
pids=/run/melody-slurm

stop() {
  for daemon in slurmd slurmctld munged; do
    if [ -f "$pids/$daemon.pid" ]; then kill "$(cat "$pids/$daemon.pid")" 2>/dev/null || true; rm -f "$pids/$daemon.pid"; fi
  done
}

start() {
  command -v slurmctld >/dev/null && command -v slurmd >/dev/null && command -v munged >/dev/null \
    || { echo "needs Slurm: apt-get install slurmctld slurmd slurm-client munge" >&2; exit 2; }
  grep -qs melody-here "$configuration" || [ ! -e "$configuration" ] \
    || { echo "$configuration is there already and not from here; nothing is changed." >&2; exit 2; }
  mkdir -p "$pids" /run/munge /var/log/munge /var/spool/melody-slurm/{ctld,d}
  chown munge: /run/munge /var/log/munge
  [ -s /etc/munge/munge.key ] || { mungekey -f -c >/dev/null 2>&1 || dd if=/dev/urandom of=/etc/munge/munge.key bs=1 count=1024 status=none; }
  chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key
  cat > "$configuration" <<CONF
# melody-here: written by tools/slurm-here.sh
ClusterName=here
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=/var/spool/melody-slurm/ctld
SlurmdSpoolDir=/var/spool/melody-slurm/d
SlurmctldPidFile=$pids/slurmctld.pid
SlurmdPidFile=$pids/slurmd.pid
SlurmctldLogFile=/var/spool/melody-slurm/ctld.log
SlurmdLogFile=/var/spool/melody-slurm/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
SlurmdParameters=config_overrides
NodeName=$node CPUs=64 RealMemory=300000 NodeAddr=127.0.0.1 State=UNKNOWN
PartitionName=here Nodes=$node Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES
CONF
  runuser -u munge -- munged --pid-file=/run/munge/munged.pid
  cp /run/munge/munged.pid "$pids/munged.pid"
  slurmctld
  slurmd
  for _ in $(seq 50); do sinfo -h -o %T 2>/dev/null | grep -qE 'idle|mix|alloc' && break; sleep 0.2; done
  sinfo
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) sed -n '4p' "$0" >&2; exit 2 ;;
esac
