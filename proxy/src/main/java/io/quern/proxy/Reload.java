package io.quern.proxy;

import io.quern.proxy.config.Changes;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.net.ProxyServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The configuration in force, and its renewal under way: what can change at once does, what cannot
 * is named. If anything of the new one cannot be used, nothing changes. Thread-safe.
 */
final class Reload {
    private static final Logger log = LoggerFactory.getLogger(Reload.class);

    private final Supplier<Configuration> source;
    private final ProxyServer proxy;
    private final Logins logins;
    private final Advisor advisor;
    private volatile Configuration current;

    /**
     * @param source reads the configuration; throws {@link InvalidConfiguration}
     * @param current the one in force
     */
    Reload(
            Supplier<Configuration> source,
            Configuration current,
            ProxyServer proxy,
            Logins logins,
            Advisor advisor) {
        this.source = source;
        this.current = current;
        this.proxy = proxy;
        this.logins = logins;
        this.advisor = advisor;
    }

    /** The configuration in force. */
    Configuration current() {
        return current;
    }

    /** Reads the configuration again, and tells what changed, a line each; they are logged too. */
    synchronized List<String> run() {
        List<String> lines;
        try {
            lines = renew(source.get());
        } catch (InvalidConfiguration | IOException e) {
            lines = List.of("nothing changed: " + firstLine(e));
        }
        lines.forEach(line -> log.info("Configuration read again: {}", line));
        return lines;
    }

    private List<String> renew(Configuration read) throws IOException {
        Configuration before = current;
        Configuration after = before.taking(read);
        logins.change(after.auth());
        // also where its settings are the same: the files may not be
        boolean shown = WireSettings.tls(after).map(proxy::certificate).orElse(true);
        proxy.pools(WireSettings.pools(after));
        proxy.maxClients(after.server().maxClients());
        advisor.shares(after.trial().share(), after.trial().holdback());
        current = after;
        return lines(before, after, read, shown);
    }

    private static List<String> lines(
            Configuration before, Configuration after, Configuration read, boolean shown) {
        List<String> lines = new ArrayList<>();
        compare(lines, before, after, "");
        compare(lines, after, read, " at the next start");
        if (!shown) {
            lines.add("clients are still shown the certificate before: see the log");
        }
        return lines.isEmpty() ? List.of("nothing changed") : lines;
    }

    private static void compare(
            List<String> lines, Configuration before, Configuration after, String when) {
        List<Changes.Shown> old = Changes.shown(before);
        List<Changes.Shown> now = Changes.shown(after);
        for (int i = 0; i < now.size(); i++) {
            String was = old.get(i).value();
            String is = now.get(i).value();
            if (!was.equals(is)) {
                lines.add(now.get(i).name() + ": " + words(was) + " → " + words(is) + when);
            }
        }
    }

    private static String words(String value) {
        return value.isEmpty() ? "(none)" : value;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
