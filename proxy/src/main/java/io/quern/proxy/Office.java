package io.quern.proxy;

import io.quern.advisor.Desk;
import io.quern.advisor.admin.AdminServer;
import io.quern.advisor.admin.Vitals;
import io.quern.proxy.config.Address;
import io.quern.proxy.config.Changes;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.console.Console;
import io.quern.proxy.console.Setting;
import io.quern.proxy.console.Tallies;
import io.quern.proxy.metrics.Meters;
import io.quern.proxy.metrics.Readiness;
import io.quern.proxy.net.ProxyServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Where operators work: the admin page with what monitoring asks for, and the console. */
final class Office implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Office.class);
    private static final long PAGE_RETRY_MILLIS = 500;
    private static final Duration ADMIN_LOGIN = Duration.ofHours(12);
    private static final Duration UPSTREAM_VALIDITY = Duration.ofSeconds(5);

    private final Supplier<Configuration> configuration;
    private final ProxyServer proxy;
    private final Desk desk;
    private final Tallies tallies;
    private final Meters meters;
    private final AdminServer.Settings settings;
    private final Vitals vitals;
    private volatile AdminServer admin;
    private volatile boolean admitted;
    private volatile boolean closed;
    private final String password = AdminServer.generatePassword();
    private final ExecutorService workers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("console-", 0).factory());

    /**
     * @param configuration the one in force
     * @param upstreamAnswers blocks for a bounded time
     */
    Office(
            Supplier<Configuration> configuration,
            ProxyServer proxy,
            Desk desk,
            Tallies tallies,
            BooleanSupplier upstreamAnswers) {
        this.configuration = configuration;
        this.proxy = proxy;
        this.desk = desk;
        this.tallies = tallies;
        Configuration first = configuration.get();
        meters = new Meters(proxy.wire(), desk, tallies, WireSettings.metrics(first));
        Readiness readiness =
                new Readiness(
                        proxy::accepting,
                        upstreamAnswers,
                        UPSTREAM_VALIDITY,
                        InstantSource.system());
        settings =
                new AdminServer.Settings(
                        first.admin().host(),
                        first.admin().port(),
                        password,
                        Set.of(),
                        ADMIN_LOGIN);
        vitals = new Vitals(meters::scrape, readiness::problem, settings.loopback());
        admin = page();
    }

    private AdminServer page() {
        return new AdminServer(settings, desk, vitals, InstantSource.system());
    }

    /**
     * Opens page and console.
     *
     * @throws IOException if the page's port is in use; one clear line
     */
    void open() throws IOException {
        proxy.open(
                new Console(
                        proxy.wire(),
                        desk,
                        tallies,
                        this::shown,
                        () -> WireSettings.console(configuration.get()),
                        workers,
                        InstantSource.system()));
        try {
            admin.start();
            admitted = true;
        } catch (IOException e) {
            if (!configuration.get().server().reusePort()) {
                throw e;
            }
            log.info("{}: it is opened when the Quern before has ended", e.getMessage());
            Thread.ofVirtual().name("admin-page").start(this::openPageLater);
        }
    }

    /** The Quern that hands over has the page's port until it ends. */
    private void openPageLater() {
        try {
            while (!closed && !admitted) {
                TimeUnit.MILLISECONDS.sleep(PAGE_RETRY_MILLIS);
                try {
                    AdminServer next = page();
                    next.start();
                    admin = next;
                    admitted = true;
                } catch (IOException e) {
                    log.debug("the admin page waits: {}", e.getMessage());
                }
            }
            if (closed) {
                admin.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Setting> shown() {
        return Changes.shown(configuration.get()).stream()
                .map(setting -> new Setting(setting.name(), setting.value(), setting.live()))
                .toList();
    }

    /** Where a person opens the admin page. */
    String url() {
        int port = admitted ? admin.port() : settings.port();
        return "http://" + new Address(settings.host(), port) + "/";
    }

    /** The admin page's password, made for this run. */
    String password() {
        return password;
    }

    /** The admin page's server; the proxy does not need it. */
    AdminServer admin() {
        return admin;
    }

    @Override
    public void close() {
        closed = true;
        admin.close();
        meters.close();
        workers.shutdownNow();
    }
}
