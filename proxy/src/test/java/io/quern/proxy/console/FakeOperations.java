package io.quern.proxy.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A wire in memory: two clients, a pool of two backends; remembers what was done to it. */
public final class FakeOperations implements Operations {
    static final Instant NOW = Instant.parse("2026-11-22T10:11:12.345678Z");

    public final List<Pool> pools = new ArrayList<>();
    public final List<Client> clients = new ArrayList<>();
    public final List<Server> servers = new ArrayList<>();
    final List<String> done = new CopyOnWriteArrayList<>();
    final CountDownLatch pausing = new CountDownLatch(1);
    volatile boolean busy;
    volatile boolean atRest = true;

    public FakeOperations() {
        clients.add(client(7, "shop", "app", "active"));
        clients.add(client(3, "shop", "report", "idle"));
        pools.add(pool("shop", "app", 1, 1, 5));
        pools.add(pool("shop", "report", 0, 2, 9));
        servers.add(new Server("main", "shop", "app", 4711, "active", "TLSv1.3", NOW, NOW, 12));
    }

    public static Client client(long id, String database, String user, String state) {
        return new Client(
                id, database, user, "psql", "127.0.0.1:5000", "session", state, "", "", NOW, NOW);
    }

    public static Pool pool(String database, String user, int active, int idle, long waitMillis) {
        return new Pool(
                "main",
                database,
                user,
                active,
                1,
                active,
                idle,
                0,
                20,
                Duration.ofMillis(waitMillis),
                false);
    }

    @Override
    public List<Client> clients() {
        return List.copyOf(clients);
    }

    @Override
    public List<Pool> pools() {
        return List.copyOf(pools);
    }

    @Override
    public List<Server> servers() {
        return List.copyOf(servers);
    }

    @Override
    public boolean kill(long clientId) {
        done.add("kill " + clientId);
        return clients.stream().anyMatch(client -> client.id() == clientId);
    }

    @Override
    public boolean pause(String database, Duration patience) throws InterruptedException {
        done.add("pause " + database);
        if (busy) {
            pausing.countDown();
            new CountDownLatch(1).await();
        }
        return atRest;
    }

    @Override
    public void resume(String database) {
        done.add("resume " + database);
    }

    @Override
    public void reconnect(String database) {
        done.add("reconnect " + database);
    }

    @Override
    public void drain(Duration patience) {
        done.add("drain " + patience);
    }

    @Override
    public List<String> reload() {
        done.add("reload");
        return List.of("quern.pool.size: 20 → 40", "quern.listen: needs a restart");
    }
}
