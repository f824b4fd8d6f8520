package io.quern.bench.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;
import io.quern.bench.shop.Shop;
import io.quern.bench.shop.Traffic;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.lex.SqlText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * {@code quern demo}: a shop on an embedded PostgreSQL, its application sending through Quern, and
 * a report of what Quern gained. Exit codes: 0 done, 1 it did not happen (one line says what is
 * missing), 2 bad usage, 130 interrupted.
 */
@Command(
        name = "demo",
        description = "Shows the whole loop on a throw-away PostgreSQL with live traffic.",
        mixinStandardHelpOptions = true)
public final class Demo implements Callable<Integer> {
    /** With --once: how long to wait for trials; comparing results comes on top. */
    private static final Duration ONCE = Duration.ofMinutes(4);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration STATUS = Duration.ofSeconds(10);

    enum Format {
        text,
        json
    }

    @Option(
            names = "--once",
            description = "approve, try, compare and exit; no person needed, under five minutes")
    private boolean once;

    @Option(names = "--minutes", paramLabel = "N", description = "stop after N minutes")
    private @Nullable Integer minutes;

    @Option(names = "--format", description = "text or json", defaultValue = "text")
    private Format format = Format.text;

    @Option(
            names = "--port",
            description = "the proxy's port on 127.0.0.1, 0 for any",
            defaultValue = "6432")
    private int proxyPort = 6432;

    @Option(
            names = "--admin-port",
            description = "the admin page's port on 127.0.0.1, 0 for any",
            defaultValue = "8432")
    private int adminPort = 8432;

    @Spec private @Nullable CommandSpec spec;

    private final Loop.Opener opener;
    private final Function<String, Fingerprint> fingerprints;
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private final CountDownLatch stop = new CountDownLatch(1);

    public Demo(Loop.Opener opener) {
        this(opener, sql -> SqlText.of(sql).fingerprint());
    }

    Demo(Loop.Opener opener, Function<String, Fingerprint> fingerprints) {
        this.opener = opener;
        this.fingerprints = fingerprints;
        this.err = new PrintWriter(System.err, true, UTF_8);
    }

    @Override
    public Integer call() throws IOException, SQLException {
        checkUsage();
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = hook(Thread.currentThread(), finished);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run();
        } catch (InterruptedException | java.io.InterruptedIOException e) {
            return interrupted();
        } catch (IOException | SQLException | RuntimeException e) {
            if (stop.getCount() == 0) {
                // What failed is what was being taken down.
                return interrupted();
            }
            throw e;
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException goingDown) {
                // The hook is running or about to, and finds all finished.
            }
        }
    }

    private int interrupted() {
        say("stopped; nothing is left behind");
        return 130;
    }

    /** On Ctrl-C: lets everything be closed in its order, which takes a second or two. */
    private Thread hook(Thread worker, CountDownLatch finished) {
        return Thread.ofPlatform()
                .name("demo-stop")
                .unstarted(
                        () -> {
                            stop.countDown();
                            worker.interrupt();
                            try {
                                if (!finished.await(40, TimeUnit.SECONDS)) {
                                    say("did not stop in time; PostgreSQL is stopped regardless");
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private void checkUsage() {
        if (minutes != null && minutes < 1) {
            throw usage("--minutes needs a number of at least 1, not " + minutes);
        }
        for (int port : new int[] {proxyPort, adminPort}) {
            if (port < 0 || port > 65_535) {
                throw usage("a port is a number from 0 to 65535, not " + port);
            }
            if (port > 0 && !isFree(port)) {
                throw usage(
                        "port %d of 127.0.0.1 is in use; choose others with --port and --admin-port"
                                .formatted(port));
            }
        }
        if (proxyPort == adminPort && proxyPort != 0) {
            throw usage("--port and --admin-port are the same: " + proxyPort);
        }
    }

    private ParameterException usage(String line) {
        if (spec == null) {
            throw new IllegalStateException(line);
        }
        return new ParameterException(spec.commandLine(), line);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    private int run() throws IOException, SQLException, InterruptedException {
        Shop shop = new Shop();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(this::say)) {
            goOn();
            try (Connection connection = database.connect(database.shop())) {
                shop.load(connection, this::say);
            }
            goOn();
            say("starting Quern");
            try (Loop loop = opener.open(database.upstreamUrl(), proxyPort, adminPort)) {
                goOn();
                return story(new Stage(shop, database, loop));
            }
        }
    }

    /** An interrupt that somebody on the way has swallowed still counts. */
    private void goOn() throws InterruptedException {
        if (stop.getCount() == 0) {
            throw new InterruptedException();
        }
    }

    private int story(Stage stage) throws SQLException, InterruptedException {
        welcome(stage);
        Story story = new Story(stage, fingerprints, this::say);
        boolean done;
        try (Traffic traffic = stage.startTraffic()) {
            done = once ? playOnce(story, traffic) : watch(story, traffic);
            say(status(traffic));
        } catch (InterruptedException e) {
            if (!once) {
                print(story.outcomes());
            }
            throw e;
        }
        if (!once) {
            print(story.outcomes());
            return 0;
        }
        say("traffic stopped; comparing results");
        List<Outcome> outcomes = story.provenOutcomes();
        print(outcomes);
        String missing = story.missing(outcomes);
        if (done && missing.isEmpty()) {
            return 0;
        }
        say("missing: " + missing);
        return 1;
    }

    private void welcome(Stage stage) {
        Loop loop = stage.loop();
        say("the application's database: " + stage.proxiedUrl());
        say("  try it as user shop, password " + stage.database().shop().password());
        say("the admin page: " + loop.adminUrl() + "  password " + loop.adminPassword());
        if (!once) {
            say("approve suggestions on the page; Ctrl-C ends the demo");
        }
    }

    private boolean playOnce(Story story, Traffic traffic) throws InterruptedException {
        Duration limit = minutes == null ? ONCE : min(ONCE, Duration.ofMinutes(minutes));
        return look(limit, traffic, story::step);
    }

    private boolean watch(Story story, Traffic traffic) throws InterruptedException {
        Duration limit = minutes == null ? Duration.ofDays(10_000) : Duration.ofMinutes(minutes);
        return look(
                limit,
                traffic,
                () -> {
                    story.watch();
                    return false;
                });
    }

    /** Looks twice a second until there is nothing to wait for (true) or the time is over. */
    private boolean look(Duration limit, Traffic traffic, Callable<Boolean> step)
            throws InterruptedException {
        long nextStatus = STATUS.toNanos();
        while (elapsed() < limit.toNanos()) {
            try {
                if (step.call()) {
                    return true;
                }
            } catch (StoreUnavailable | Refused e) {
                say("cannot look at the suggestions now: " + e.getMessage());
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("the desk failed: " + e, e);
            }
            if (elapsed() > nextStatus) {
                say(status(traffic));
                nextStatus = elapsed() + STATUS.toNanos();
            }
            if (stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException();
            }
        }
        return false;
    }

    private static String status(Traffic traffic) {
        var tally = traffic.tally();
        return String.format(
                Locale.ROOT,
                "%,d statements, %,d orders placed, %,d errors%s",
                tally.statements(),
                tally.transactions(),
                tally.errors(),
                tally.errors() == 0 ? "" : " (" + tally.errorSummary() + ")");
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private long elapsed() {
        return System.nanoTime() - start;
    }

    private void say(String line) {
        err.printf(Locale.ROOT, "%5.1f s  %s%n", elapsed() / 1e9, line);
    }

    private void print(List<Outcome> outcomes) {
        System.out.println(format == Format.json ? Outcome.json(outcomes) : Outcome.text(outcomes));
        System.out.flush();
    }
}
