package io.quern.proxy;

import io.quern.advisor.Lab;
import io.quern.advisor.admin.AdminServer;
import io.quern.advisor.suggest.Optimizer;
import io.quern.optimizer.index.IndexAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.config.Address;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.config.PostgresUrl;
import io.quern.proxy.net.ProxyServer;
import io.quern.proxy.net.ProxySettings;
import io.quern.proxy.net.Signals;
import io.quern.proxy.tuning.CachingGate;
import io.quern.proxy.tuning.Gate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A running Quern: proxy, advisor and admin page, wired here and nowhere else. The proxy accepts
 * clients before the advisor has anything to say; whatever becomes of the advisor, the proxy goes
 * on.
 */
public final class Quern implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Quern.class);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final long GATE_BYTES = 64L << 20;
    private static final Duration ADMIN_LOGIN = Duration.ofHours(12);

    private final Configuration configuration;
    private final String password = AdminServer.generatePassword();
    private final Advisor advisor;
    private final ThreadPoolExecutor resolver =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(1024),
                    Thread.ofPlatform().name("quern-resolver").daemon().factory());
    private final ProxyServer proxy;
    private final AdminServer admin;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Quern(Configuration configuration, Optimizer optimizer, UnaryOperator<Lab> between)
            throws IOException {
        this.configuration = configuration;
        this.advisor = new Advisor(configuration, optimizer, between);
        Gate gate =
                new CachingGate(
                        advisor.treatments(), advisor.watcher(), resolver, THREADS, GATE_BYTES);
        try {
            this.proxy =
                    new ProxyServer(
                            new ProxySettings(
                                    configuration.listen().host(),
                                    configuration.listen().port(),
                                    upstream(configuration.upstream()),
                                    configuration.server().loginTimeout(),
                                    THREADS),
                            gate,
                            advisor.watcher(),
                            signals());
        } catch (UpstreamFailure e) {
            throw new InvalidConfiguration("upstream: " + e.getMessage());
        }
        this.admin =
                new AdminServer(
                        new AdminServer.Settings(
                                configuration.admin().host(),
                                configuration.admin().port(),
                                password,
                                Set.of(),
                                ADMIN_LOGIN),
                        advisor.desk(),
                        InstantSource.system());
    }

    /**
     * Starts everything; returns when clients and the admin page are accepted.
     *
     * @throws IOException if a port is in use or the upstream cannot be reached; one clear line
     */
    public static Quern start(Configuration configuration) throws IOException {
        return start(
                configuration,
                Optimizer.of(new Rewriter(), new IndexAnalyzer()),
                UnaryOperator.identity());
    }

    /** The same with another optimizer, and something between the lab and those who ask it. */
    static Quern start(Configuration configuration, Optimizer optimizer, UnaryOperator<Lab> between)
            throws IOException {
        Quern quern = new Quern(configuration, optimizer, between);
        try {
            String version = quern.advisor.probe();
            quern.proxy.start();
            quern.admin.start();
            quern.advisor.start();
            log.info(
                    "Serving {}, PostgreSQL {}, at {}",
                    configuration.upstream(),
                    version,
                    quern.listenAddress());
            return quern;
        } catch (IOException | RuntimeException e) {
            quern.close();
            throw e;
        }
    }

    /** Where clients connect. */
    public Address listenAddress() {
        return new Address(configuration.listen().host(), proxy.port());
    }

    /** Where a person opens the admin page. */
    public String adminUrl() {
        return "http://" + new Address(configuration.admin().host(), admin.port()) + "/";
    }

    /** The password of the admin page, made for this run. */
    public String adminPassword() {
        return password;
    }

    /** What the admin page shows and does. */
    public io.quern.advisor.Desk desk() {
        return advisor.desk();
    }

    /** The admin page's server; the proxy does not need it. */
    AdminServer admin() {
        return admin;
    }

    /** Waits until {@link #close} is done. */
    public void awaitClose() throws InterruptedException {
        closed.await();
    }

    /** Stops accepting, ends sessions, stops the advisor; bounded to some seconds. */
    @Override
    public synchronized void close() {
        if (closed.getCount() == 0) {
            return;
        }
        admin.close();
        proxy.close();
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

    private static Upstream upstream(PostgresUrl url) {
        Address host = url.hosts().getFirst();
        return new Upstream(
                host.host(),
                host.port(),
                SslMode.parse(url.ssl().mode()),
                url.ssl().rootCertificate(),
                url.connectTimeout());
    }
}
