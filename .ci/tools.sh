# Sourced by run, verify and .ci/run: finds a JDK and Maven, and installs what is missing where that is possible.

# Runs a command while packages may not start their services: the tests start the servers they want by themselves.
without_services() { # command...
  local policy=/usr/sbin/policy-rc.d result=0
  if [ -e $policy ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  "$@" || result=$?
  rm -f $policy
  return $result
}

# Installs Debian packages as root, or says what to install and stops.
install() { # what for, package...
  local what=$1
  shift
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $* ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    without_services apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
    apt-get update -qq >/dev/null &&
      without_services apt-get install -y -qq --no-install-recommends "$@" >/dev/null && return
  fi
  echo "$what is missing: please install $* (Debian's package names) and call again." >&2
  exit 1
}

# The feature release of a JDK's home, 0 where there is none. The file answers sooner than the program.
java_release() { # home
  local line=
  if [ -f "$1/release" ]; then
    line=$(grep -m1 '^JAVA_VERSION=' "$1/release" || true)
  elif [ -x "$1/bin/java" ]; then
    line=$("$1/bin/java" -version 2>&1 | grep -m1 version || true)
  fi
  [[ $line =~ \"(1\.)?([0-9]+) ]] && echo "${BASH_REMATCH[2]}" || echo 0
}

# What tells one build of a JDK from another, as part of a file name.
java_build() { # home
  { grep -hE '^(JAVA_RUNTIME_VERSION|IMPLEMENTOR_VERSION|JAVA_VERSION)=' "$1/release" 2>/dev/null || echo unknown; } |
    tr -cd 'A-Za-z0-9._+\n-' | sed 's/.*VERSION//' | paste -sd_
}

# Sets java and JAVA_HOME: the home that is given, else the one on the path, else one installed as Debian does it.
need_java() {
  local home path=
  command -v java >/dev/null && path=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  for home in "${JAVA_HOME:-}" "$path" /usr/lib/jvm/*; do
    [ -n "$home" ] && [ -x "$home/bin/java" ] && [ "$(java_release "$home")" -ge 17 ] && break
    home=
  done
  if [ -z "$home" ]; then
    install "Java 17 or newer" openjdk-17-jdk-headless
    home=$(echo /usr/lib/jvm/java-17-openjdk-*)
  fi
  export JAVA_HOME=$home
  java=$home/bin/java
}

# Maven 3.8 or newer and a compiler for it.
need_maven() {
  command -v mvn >/dev/null || install "Maven 3.8 or newer" maven
  local version
  version=$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -1)
  read -r major minor <<<"${version:-0 0}"
  if [ "$major" -lt 3 ] || { [ "$major" -eq 3 ] && [ "$minor" -lt 8 ]; }; then
    install "Maven 3.8 or newer" maven
  fi
  [ -x "$JAVA_HOME/bin/javac" ] || install "A Java compiler" openjdk-17-jdk-headless
}
