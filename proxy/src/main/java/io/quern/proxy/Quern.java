package io.quern.proxy;

import io.quern.advisor.Lab;
import io.quern.advisor.admin.AdminServer;
import io.quern.advisor.suggest.Optimizer;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.config.Address;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.config.LogFormat;
import io.quern.proxy.net.ProxyServer;
import io.quern.proxy.net.Signals;
import io.quern.proxy.tuning.CachingGate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A running Quern: proxy, advisor, and what operators use, wired here and nowhere else. The proxy
 * accepts clients before the others are there; whatever becomes of the advisor, it goes on.
 */
public final class Quern implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Quern.class);
    private static final long GATE_BYTES = 64L << 20;

    private final Logins logins;
    private final Advisor advisor;
    private final ThreadPoolExecutor resolver =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(1024),
                    Thread.ofPlatform().name("quern-resolver").daemon().factory());
    private final CachingGate gate;
    private final ProxyServer proxy;
    private final Reload reload;
    private final Totals totals = new Totals();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Office> office = Optional.empty();

    private Quern(
            Supplier<Configuration> source,
            Function<ParseAnalyzer, Optimizer> optimizer,
            UnaryOperator<Lab> between)
            throws IOException {
        Configuration configuration = source.get();
        Logs.write(
                configuration.logFormat() == LogFormat.JSON ? Logs.Format.JSON : Logs.Format.TEXT);
        this.logins = new Logins(configuration);
        this.advisor = new Advisor(configuration, optimizer, between);
        this.gate =
                new CachingGate(
                        advisor.treatments(),
                        advisor.watcher(),
                        resolver,
                        WireSettings.threads(configuration),
                        GATE_BYTES);
        try {
            this.proxy =
                    new ProxyServer(
                            WireSettings.proxy(configuration),
                            gate,
                            advisor.watcher(),
                            signals(),
                            Optional.of(logins.authenticator()),
                            logins::rules);
        } catch (UpstreamFailure e) {
            throw new InvalidConfiguration("upstream: " + e.getMessage());
        }
        advisor.onExecution(totals::count);
        this.reload = new Reload(source, configuration, proxy, logins, advisor);
        proxy.wire().reloadBy(reload::run);
        proxy.wire()
                .drainBy(
                        patience ->
                                Thread.ofPlatform()
                                        .name("quern-drain")
                                        .start(() -> drain(patience)));
    }

    /**
     * Starts everything; returns when clients and the admin page are accepted.
     *
     * @param source reads the configuration, also again when it is reloaded
     * @throws IOException if a port is in use or the upstream cannot be reached; one clear line
     */
    public static Quern start(Supplier<Configuration> source) throws IOException {
        return start(source, Optimizer::of, UnaryOperator.identity());
    }

    /** The same with another optimizer, and something between the lab and those who ask it. */
    static Quern start(
            Supplier<Configuration> source,
            Function<ParseAnalyzer, Optimizer> optimizer,
            UnaryOperator<Lab> between)
            throws IOException {
        Quern quern = new Quern(source, optimizer, between);
        try {
            quern.proxy.start();
            quern.openAll();
            return quern;
        } catch (IOException | RuntimeException e) {
            quern.close();
            throw e;
        }
    }

    /** What follows when clients are accepted. */
    private void openAll() throws IOException {
        String version = advisor.probe();
        Office opened =
                new Office(
                        reload::current,
                        proxy,
                        advisor.desk(),
                        totals.tallies(advisor, gate, proxy),
                        this::upstreamAnswers);
        office = Optional.of(opened);
        opened.open();
        advisor.start();
        log.info(
                "Serving {}, PostgreSQL {}, at {}",
                configuration().upstream(),
                version,
                listenAddress());
    }

    private boolean upstreamAnswers() {
        try {
            advisor.probe();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The configuration in force. */
    Configuration configuration() {
        return reload.current();
    }

    /** Reads the configuration again; the log tells what changed. */
    void reload() {
        reload.run();
    }

    /** Where clients connect. */
    public Address listenAddress() {
        return new Address(configuration().listen().host(), proxy.port());
    }

    /** Where a person opens the admin page. */
    public String adminUrl() {
        return office.orElseThrow().url();
    }

    /** The password of the admin page, made for this run. */
    public String adminPassword() {
        return office.orElseThrow().password();
    }

    /** What the admin page shows and does. */
    public io.quern.advisor.Desk desk() {
        return advisor.desk();
    }

    /** The admin page's server; the proxy does not need it. */
    AdminServer admin() {
        return office.orElseThrow().admin();
    }

    /** Waits until {@link #close} is done. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /**
     * Stops accepting, waits for clients to leave by themselves, but no longer than the patience,
     * and closes. {@link #close} ends the waiting.
     */
    void drain(Duration patience) {
        log.info("Accepting no more clients; those here have {} s", patience.toSeconds());
        try {
            proxy.drain(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    /** Stops accepting, ends sessions, stops the advisor; bounded to some seconds. */
    @Override
    public synchronized void close() {
        if (closed.getCount() == 0) {
            return;
        }
        office.ifPresent(Office::close);
        proxy.close();
        logins.close();
        resolver.shutdownNow();
        advisor.close();
        closed.countDown();
    }

    private Signals signals() {
        return new Signals() {
            @Override
            public void catalogChanged(String database) {
                advisor.catalogs().suspect(database);
            }

            @Override
            public void refused(long suggestion, String reason) {
                advisor.treatments().refuse(suggestion, reason);
            }
        };
    }
}
