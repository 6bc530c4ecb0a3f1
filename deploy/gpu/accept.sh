#!/bin/sh
# accept.sh: proves a card. Runs demofusion selftest on this machine, without a network, and brings all there is to know of it
# back in one small folder.
#
#   accept.sh [--from PROGRAM] [--kit KIT] [--out FOLDER] [SELFTEST OPTION...]
#
#   PROGRAM  the distribution's tarball, or the folder that it unpacks to; without it the one that this script lies in
#   KIT      what the program runs with where its own libraries do not fit: jre/ (a Java), djl/ (a JNI library of DJL that was
#            built for the PyTorch that this machine's python3 has); without it PROGRAM, if those are in it
#   FOLDER   must not exist (default: accept-HOST)
#
# TORCH_DIR            the torch folder of that PyTorch, where python3 does not find it
# PYTORCH_LIBRARY_PATH a libtorch to take as it is
# Exit code: the selftest's (0 passed, 1 something failed, 2 cannot be run), and 2 where it could not be started.
set -u

die() {
  echo "accept.sh: $1" >&2
  exit 2
}

# --- what is asked ---------------------------------------------------------------------------------
from='' kit='' out="accept-$(uname -n)"
while [ $# -gt 0 ]; do
  case $1 in
    --from | --kit | --out)
      [ $# -gt 1 ] || die "$1 needs a value"
      case $1 in --from) from=$2 ;; --kit) kit=$2 ;; --out) out=$2 ;; esac
      shift 2
      ;;
    --help | -h)
      sed -n '2,/^set -u/{/^#/s/^# \{0,1\}//p;}' "$0"
      exit 0
      ;;
    *) break ;;
  esac
done
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
[ -n "$from" ] || from=$here/..
[ -e "$from" ] || die "there is no $from: name the tarball or its folder with --from"
[ -z "$kit" ] || [ -d "$kit" ] || die "there is no folder $kit"
[ ! -e "$out" ] || die "$out is there already: name another folder with --out"
mkdir -p "$out" || die "cannot make $out"
out=$(cd "$out" && pwd)

# --- a place for what is large, which goes when we do -----------------------------------------------
scratch=$(mktemp -d "${TMPDIR:-/tmp}/demofusion-accept.XXXXXX") || die "cannot make a scratch folder: set TMPDIR"
watcher=''
# shellcheck disable=SC2317 # the trap calls it
finish() {
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
mkdir "$scratch/tmp" "$scratch/cache" "$scratch/program" || die "cannot write to $scratch: set TMPDIR"

# --- the program -------------------------------------------------------------------------------------
if [ -f "$from" ]; then
  tar -xzf "$from" -C "$scratch/program" || die "$from cannot be unpacked"
  for home in "$scratch/program"/*/; do :; done
else
  home=$from
fi
home=$(cd "$home" && pwd)
[ -x "$home/bin/demofusion" ] || die "$home has no bin/demofusion: name the tarball or its folder with --from"
[ -n "$kit" ] || kit=$home
kit=$(cd "$kit" && pwd)
[ ! -x "$kit/jre/bin/java" ] || export JAVA_HOME="$kit/jre"
export XDG_CACHE_HOME="$scratch/cache"
options=-Djava.io.tmpdir=$scratch/tmp

# --- its libtorch ------------------------------------------------------------------------------------
libtorch='the one that ships, or that the program finds for this card'
if [ -n "${PYTORCH_LIBRARY_PATH:-}" ]; then
  libtorch=$PYTORCH_LIBRARY_PATH
else
  for jni in "$kit"/djl/pytorch/*/*libdjl_torch.so; do :; done
  if [ -f "$jni" ]; then
    if [ -z "${TORCH_DIR:-}" ]; then
      TORCH_DIR=$(python3 -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) ||
        die "the kit needs a PyTorch, and python3 finds none: name its torch folder with TORCH_DIR"
    fi
    built=${jni%/*}
    built=${built##*/} # VERSION-FLAVOR-linux-x86_64
    wanted=${built%%-*}
    flavor=${built#*-}
    flavor=${flavor%-linux-*}
    found=$(sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$TORCH_DIR/version.py" 2>/dev/null)
    [ "$found" = "$wanted" ] ||
      die "the kit was built for PyTorch $wanted, and ${found:-none} is in $TORCH_DIR: it fits one version only"
    site=${TORCH_DIR%/*}
    for folder in "$site"/nvidia/*/lib; do
      [ ! -d "$folder" ] || LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder
      [ ! -e "$folder/libcudart.so.13" ] && [ ! -e "$folder/libcudart.so.12" ] || options="$options -Djna.library.path=$folder"
    done
    libtorch="$TORCH_DIR ($found)"
    export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" PYTORCH_LIBRARY_PATH="$TORCH_DIR/lib" PYTORCH_VERSION="$wanted"
    export PYTORCH_FLAVOR="$flavor" PYTORCH_LIBRARY_EXCLUSION=libshm.so DJL_CACHE_DIR="$kit/djl" DJL_OFFLINE=true
  fi
fi
export DEMOFUSION_JAVA_OPTS="$options ${DEMOFUSION_JAVA_OPTS:-}"

# --- what the machine is -----------------------------------------------------------------------------
{
  "$home/bin/demofusion" --version
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -version
  echo "libtorch: $libtorch"
  uname -srm
  sed -n 's/^PRETTY_NAME=//p' /etc/os-release
  sed -n '/^model name/{s/.*: //p;q;}' /proc/cpuinfo
  grep -e MemTotal -e MemAvailable /proc/meminfo
  df -k "$scratch"
  cat /proc/driver/nvidia/version
} >"$out/versions.txt" 2>&1
if command -v nvidia-smi >/dev/null 2>&1; then
  nvidia-smi >"$out/nvidia-smi.txt" 2>&1
  nvidia-smi -q >"$out/nvidia-smi-q.txt" 2>&1
  nvidia-smi --format=csv --loop=2 \
    --query-gpu=timestamp,index,power.draw,clocks.sm,temperature.gpu,memory.used,utilization.gpu >"$out/gpu.csv" 2>&1 &
  watcher=$!
else
  echo 'there is no nvidia-smi on this machine' >"$out/nvidia-smi.txt"
fi
"$home/bin/demofusion" doctor >"$out/doctor.txt" 2>&1 </dev/null

# --- the proof -----------------------------------------------------------------------------------------
echo "accept.sh: testing, which takes about five minutes on a GPU" >&2
"$home/bin/demofusion" selftest --json "$@" >"$out/report.json" 2>"$out/selftest.log" </dev/null
code=$?
[ -z "$watcher" ] || kill "$watcher" 2>/dev/null
watcher=''
if [ -s "$out/report.json" ]; then
  # The findings, one a line, from the one line of JSON that a machine without other tools has.
  awk '{
    finding = "\"check\":\"([^\"\\\\]|\\\\.)*\",\"subject\":\"([^\"\\\\]|\\\\.)*\",\"verdict\":\"[a-z]*\",\"sentence\":\"([^\"\\\\]|\\\\.)*\""
    while (match($0, finding)) {
      row = substr($0, RSTART + 9, RLENGTH - 10)
      $0 = substr($0, RSTART + RLENGTH)
      split(row, field, /","(subject|verdict|sentence)":"/)
      printf "%-5s %-12s %-28s %s\n", field[3], field[1], field[2], field[4]
    }
  }' "$out/report.json" >"$out/table.txt"
  # Planned is the model that was measured: what was named, else what selftest takes by itself.
  named='' left=$#
  while [ "$left" -gt 0 ]; do
    word=$1
    shift
    left=$((left - 1))
    case $word in --model | --model=*) named=1 ;; esac
    case $word in
      --model | --model-config | --vae)
        if [ "$left" -gt 0 ]; then
          set -- "$@" "$word" "$1"
          shift
          left=$((left - 1))
        fi
        ;;
      --model=* | --model-config=* | --vae=*) set -- "$@" "$word" ;;
    esac
  done
  if [ -z "$named${DEMOFUSION_MODEL:-}" ] && ! grep -q -e '"device":"cpu"' -e '"quick":true' "$out/report.json"; then
    set -- "$@" --model sdxl-base
  fi
  "$home/bin/demofusion" plan --size 4096x4096 --calibration "$out/report.json" "$@" >"$out/plan.txt" 2>&1 </dev/null
else
  rm -f "$out/report.json"
  cp "$out/selftest.log" "$out/table.txt"
fi
case $code in
  0) result='everything passed' ;;
  1) result='something failed: table.txt says what' ;;
  *) result='the test could not be run: selftest.log says why' ;;
esac
echo "exit code $code: $result" >"$out/result.txt"
cat "$out/table.txt"
echo "accept.sh: $result; all of it is in $out" >&2
exit "$code"
