package io.quern.proxy.console;

import static io.quern.proxy.console.Column.bool;
import static io.quern.proxy.console.Column.int8;
import static io.quern.proxy.console.Column.text;
import static io.quern.proxy.console.Column.timestamptz;
import static io.quern.proxy.console.Outcome.row;

import io.quern.proxy.console.Command.Call;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the console shows of clients, pools and backends. */
final class WireViews {
    static final List<Column> POOLS =
            List.of(
                    text("upstream"),
                    text("database"),
                    text("user"),
                    int8("clients_active"),
                    int8("clients_waiting"),
                    int8("backends_active"),
                    int8("backends_idle"),
                    int8("backends_login"),
                    int8("maximum"),
                    int8("longest_wait_ms"),
                    bool("paused"));
    static final List<Column> CLIENTS =
            List.of(
                    int8("id"),
                    text("database"),
                    text("user"),
                    text("application_name"),
                    text("address"),
                    text("mode"),
                    text("state"),
                    text("pinned"),
                    text("tls"),
                    timestamptz("connected"),
                    timestamptz("last_request"));
    static final List<Column> SERVERS =
            List.of(
                    text("upstream"),
                    text("database"),
                    text("user"),
                    int8("process_id"),
                    text("state"),
                    text("tls"),
                    timestamptz("connected"),
                    timestamptz("last_use"),
                    int8("prepared_statements"));
    static final List<Column> DATABASES =
            List.of(
                    text("database"),
                    int8("clients"),
                    int8("clients_waiting"),
                    int8("pools"),
                    int8("backends"),
                    int8("longest_wait_ms"),
                    bool("paused"));

    private final Operations operations;

    WireViews(Operations operations) {
        this.operations = operations;
    }

    Outcome pools(Call call) {
        return Outcome.rows(
                operations.pools().stream()
                        .map(
                                pool ->
                                        row(
                                                pool.upstream(),
                                                pool.database(),
                                                pool.user(),
                                                (long) pool.clientsActive(),
                                                (long) pool.clientsWaiting(),
                                                (long) pool.backendsActive(),
                                                (long) pool.backendsIdle(),
                                                (long) pool.backendsLoggingIn(),
                                                (long) pool.maximum(),
                                                pool.waitLongest().toMillis(),
                                                pool.paused()))
                        .toList());
    }

    Outcome clients(Call call) {
        return Outcome.rows(
                operations.clients().stream()
                        .sorted(Comparator.comparingLong(Operations.Client::id))
                        .map(
                                client ->
                                        row(
                                                client.id(),
                                                client.database(),
                                                client.user(),
                                                client.applicationName(),
                                                client.address(),
                                                client.mode(),
                                                client.state(),
                                                client.pinned(),
                                                client.tls(),
                                                client.since(),
                                                client.lastRequest()))
                        .toList());
    }

    Outcome servers(Call call) {
        return Outcome.rows(
                operations.servers().stream()
                        .map(
                                server ->
                                        row(
                                                server.upstream(),
                                                server.database(),
                                                server.user(),
                                                (long) server.processId(),
                                                server.state(),
                                                server.tls(),
                                                server.since(),
                                                server.lastUse(),
                                                (long) server.preparedStatements()))
                        .toList());
    }

    /** One database, all its pools and clients together. */
    private static final class Sums {
        private long clients;
        private long waiting;
        private long pools;
        private long backends;
        private Duration longest = Duration.ZERO;
        private boolean paused;

        private void add(Operations.Pool pool) {
            pools++;
            waiting += pool.clientsWaiting();
            backends += pool.backendsActive() + pool.backendsIdle() + pool.backendsLoggingIn();
            longest = pool.waitLongest().compareTo(longest) > 0 ? pool.waitLongest() : longest;
            paused |= pool.paused();
        }
    }

    Outcome databases(Call call) {
        Map<String, Sums> databases = new TreeMap<>();
        operations
                .pools()
                .forEach(
                        pool ->
                                databases
                                        .computeIfAbsent(pool.database(), name -> new Sums())
                                        .add(pool));
        operations
                .clients()
                .forEach(
                        client ->
                                databases.computeIfAbsent(client.database(), name -> new Sums())
                                        .clients++);
        return Outcome.rows(
                databases.entrySet().stream()
                        .map(
                                entry -> {
                                    Sums sums = entry.getValue();
                                    return row(
                                            entry.getKey(),
                                            sums.clients,
                                            sums.waiting,
                                            sums.pools,
                                            sums.backends,
                                            sums.longest.toMillis(),
                                            sums.paused);
                                })
                        .toList());
    }
}
