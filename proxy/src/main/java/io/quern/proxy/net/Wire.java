package io.quern.proxy.net;

import io.quern.proxy.backend.Upstreams;
import io.quern.proxy.console.Operations;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The wire as operators see it and act on it. Thread-safe. */
public final class Wire implements Operations {
    private final House house;
    private volatile Supplier<List<String>> reloading = List::of;
    private volatile Consumer<Duration> draining = patience -> {};

    Wire(House house) {
        this.house = house;
    }

    /** How the configuration is read again. */
    public void reloadBy(Supplier<List<String>> reloader) {
        reloading = reloader;
    }

    /** How all is brought to its end; told how patiently, it must not wait for it. */
    public void drainBy(Consumer<Duration> drainer) {
        draining = drainer;
    }

    private Upstreams upstreams() {
        return house.sites().upstreams();
    }

    @Override
    public List<Client> clients() {
        return house.connected().stream()
                .map(Connected::glance)
                .sorted(Comparator.comparingLong(Client::id))
                .toList();
    }

    /** Clients that were ever served. */
    public long clientsSoFar() {
        return house.counts().clients();
    }

    /** Logins that Quern itself refused. */
    public long failedLogins() {
        return house.counts().failedLogins().sum();
    }

    @Override
    public List<Pool> pools() {
        return upstreams().pools().stream()
                .map(
                        p ->
                                new Pool(
                                        p.upstream(),
                                        p.database(),
                                        p.user(),
                                        p.lent(),
                                        p.waiting(),
                                        p.lent(),
                                        p.idle() + p.busy(),
                                        p.loggingIn(),
                                        p.maximum(),
                                        p.longestWait(),
                                        p.paused()))
                .toList();
    }

    @Override
    public List<Server> servers() {
        return upstreams().backends().stream()
                .map(
                        b ->
                                new Server(
                                        b.upstream(),
                                        b.database(),
                                        b.user(),
                                        b.processId(),
                                        b.state(),
                                        b.tls(),
                                        b.since(),
                                        b.lastUse(),
                                        b.preparedStatements()))
                .toList();
    }

    @Override
    public boolean kill(long clientId) {
        return house.connected().stream()
                .filter(c -> c.id() == clientId)
                .findFirst()
                .map(
                        c -> {
                            c.end("57P01", "terminating connection due to administrator command");
                            return true;
                        })
                .orElse(false);
    }

    @Override
    public boolean pause(String database, Duration patience) throws InterruptedException {
        return upstreams().pause(database, patience);
    }

    @Override
    public void resume(String database) {
        upstreams().resume(database);
    }

    @Override
    public void reconnect(String database) {
        upstreams().reconnect(database);
    }

    @Override
    public void drain(Duration patience) {
        draining.accept(patience);
    }

    @Override
    public List<String> reload() {
        return reloading.get();
    }
}
