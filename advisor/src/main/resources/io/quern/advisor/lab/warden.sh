# Keeps one throw-away PostgreSQL for exactly as long as its standard input stays open. However the
# process that started it ends, by itself, by Ctrl-C or by SIGKILL, the kernel closes the pipe, and
# this script takes the server and its directory away.
#
# $1 directory to make and remove, $2 lock file to remove, $3 port,
# $4 numeric user to own the directory or empty, $5 kilobytes of address space that each of the
# server's processes may have or empty, rest: words to put before PostgreSQL's programs.
dir=$1 lock=$2 port=$3 owner=$4 memory=$5
shift 5
trap '' HUP INT TERM PIPE
umask 077
server=

leave() {
    if [ -n "$server" ]; then
        # The data are thrown away: an immediate shutdown will do.
        kill -QUIT "$server" 2>/dev/null
        wait "$server" 2>/dev/null
    fi
    rm -rf -- "$dir" "$lock"
    exit "$1"
}

mkdir -- "$dir" || leave 1
echo made

# The binaries are unpacked and the password, the settings and initdb's options are written meanwhile.
read -r word || leave 1
[ "$word" = go ] || leave 1
[ -z "$owner" ] || chown -R "$owner:$owner" "$dir" || leave 1

start() {
    (
        # Not every system has such a bound. Beyond it, malloc fails, which PostgreSQL survives.
        [ -z "$memory" ] || ulimit -v "$memory" 2>/dev/null
        exec "$@" "$dir/postgres/bin/postgres" -D "$dir/data" -p "$port"
    ) >>"$dir/log" 2>&1 </dev/null &
    server=$!
    echo started
}

# shellcheck disable=SC2046 # a list of options
if "$@" "$dir/postgres/bin/initdb" $(cat "$dir/initdb") --pgdata="$dir/data" --username=postgres --auth=scram-sha-256 \
    --pwfile="$dir/password" --encoding=UTF8 --no-locale --no-sync >"$dir/log" 2>&1 </dev/null &&
    cat "$dir/settings" >>"$dir/data/postgresql.conf"
then
    rm -f -- "$dir/password"
    start "$@"
else
    echo failed
fi

# All that may still be said is that the server has been killed, so that it can be waited for, and
# that it is to start again; the end of input is the end.
while read -r word; do
    case $word in
        killed)
            wait "$server" 2>/dev/null
            echo buried
            ;;
        again) start "$@" ;;
    esac
done
leave 0
