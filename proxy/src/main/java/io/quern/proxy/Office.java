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

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Where operators work: the admin page with what monitoring asks for, and the console. */
final class Office implements AutoCloseable {
    private static final Duration ADMIN_LOGIN = Duration.ofHours(12);
    private static final Duration UPSTREAM_VALIDITY = Duration.ofSeconds(5);

    private final Supplier<Configuration> configuration;
    private final ProxyServer proxy;
    private final Desk desk;
    private final Tallies tallies;
    private final Meters meters;
    private final AdminServer admin;
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
        AdminServer.Settings settings =
                new AdminServer.Settings(
                        first.admin().host(),
                        first.admin().port(),
                        password,
                        Set.of(),
                        ADMIN_LOGIN);
        Readiness readiness =
                new Readiness(
                        proxy::accepting,
                        upstreamAnswers,
                        UPSTREAM_VALIDITY,
                        InstantSource.system());
        admin =
                new AdminServer(
                        settings,
                        desk,
                        new Vitals(meters::scrape, readiness::problem, settings.loopback()),
                        InstantSource.system());
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
        admin.start();
    }

    private List<Setting> shown() {
        return Changes.shown(configuration.get()).stream()
                .map(setting -> new Setting(setting.name(), setting.value(), setting.live()))
                .toList();
    }

    /** Where a person opens the admin page. */
    String url() {
        return "http://" + new Address(configuration.get().admin().host(), admin.port()) + "/";
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
        admin.close();
        meters.close();
        workers.shutdownNow();
    }
}
