package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What differs between two configurations.
 *
 * @param live the settings that take effect at once
 * @param restart those that take effect when Quern is started again
 */
public record Changes(List<String> live, List<String> restart) {
    private static final SequencedMap<String, Function<Configuration, Object>> LIVE =
            new LinkedHashMap<>();
    private static final SequencedMap<String, Function<Configuration, Object>> RESTART =
            new LinkedHashMap<>();

    static {
        LIVE.put("quern.trial.share", c -> c.trial().share());
        LIVE.put("quern.trial.holdback", c -> c.trial().holdback());
        LIVE.put("quern.pool.size", c -> c.pool().size());
        LIVE.put("quern.pool.minimum", c -> c.pool().minimum());
        LIVE.put("quern.pool.queue-timeout", c -> c.pool().queueTimeout());
        LIVE.put("quern.pool.idle-timeout", c -> c.pool().idleTimeout());
        LIVE.put("quern.pool.lifetime", c -> c.pool().lifetime());
        LIVE.put("quern.pool.check-after", c -> c.pool().checkAfter());
        LIVE.put("quern.auth.users", c -> c.auth().users());
        LIVE.put("quern.auth.rules", c -> c.auth().rules());
        LIVE.put("quern.tls.certificate", c -> c.tls().certificate());
        LIVE.put("quern.tls.key", c -> c.tls().key());
        LIVE.put("quern.tls.client-authority", c -> c.tls().clientAuthority());
        LIVE.put("quern.max-clients", c -> c.server().maxClients());
        LIVE.put("quern.console.admins", c -> c.console().admins());
        LIVE.put("quern.console.stats", c -> c.console().stats());

        RESTART.put("quern.upstream", c -> c.several() ? List.of() : c.upstreams());
        RESTART.put("quern.upstreams", c -> c.several() ? c.upstreams() : List.of());
        RESTART.put("quern.store", Configuration::store);
        RESTART.put("quern.listen", Configuration::listen);
        RESTART.put("quern.admin", Configuration::admin);
        RESTART.put("quern.suggest-every", Configuration::suggestEvery);
        RESTART.put("quern.pool.mode", c -> c.pool().mode());
        RESTART.put("quern.pool.statements", c -> c.pool().statements());
        RESTART.put("quern.auth.method", c -> c.auth().method());
        RESTART.put("quern.auth.query", c -> c.auth().query());
        RESTART.put("quern.tls.mode", c -> c.tls().mode());
        RESTART.put("quern.login-timeout", c -> c.server().loginTimeout());
        RESTART.put("quern.drain-timeout", c -> c.server().drainTimeout());
        RESTART.put("quern.threads", c -> c.server().threads());
        RESTART.put("quern.transport", c -> c.server().transport());
        RESTART.put("quern.reuse-port", c -> c.server().reusePort());
        RESTART.put("quern.metrics.otlp", c -> c.metrics().otlp());
        RESTART.put("quern.metrics.step", c -> c.metrics().step());
        RESTART.put("quern.log.format", Configuration::logFormat);
    }

    public Changes {
        live = List.copyOf(live);
        restart = List.copyOf(restart);
    }

    /** What became different, in the order the settings are documented. */
    public static Changes between(Configuration before, Configuration after) {
        return new Changes(differing(LIVE, before, after), differing(RESTART, before, after));
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return live.isEmpty() && restart.isEmpty();
    }

    /**
     * One setting as it is, fit to be shown: a secret is not in it.
     *
     * @param live whether a reload changes it
     */
    public record Shown(String name, String value, boolean live) {}

    /** All settings of a configuration, in the order they are documented. */
    public static List<Shown> shown(Configuration configuration) {
        List<Shown> all = new ArrayList<>();
        RESTART.forEach(
                (name, value) ->
                        all.add(new Shown(name, words(value.apply(configuration)), false)));
        LIVE.forEach(
                (name, value) -> all.add(new Shown(name, words(value.apply(configuration)), true)));
        return all;
    }

    private static String words(Object value) {
        return switch (value) {
            case Optional<?> maybe -> maybe.map(Changes::words).orElse("");
            case Collection<?> many ->
                    many.stream().map(Changes::words).collect(Collectors.joining(", "));
            case Upstreams upstreams ->
                    upstreams.all().stream()
                            .map(one -> one.name() + " " + one.url())
                            .collect(Collectors.joining(", "));
            case TransportChoice transport -> transport.name().toLowerCase(Locale.ROOT);
            case Enum<?> word -> word.name().toLowerCase(Locale.ROOT).replace('_', '-');
            default -> value.toString();
        };
    }

    /** Every setting there is. */
    static Set<String> settings() {
        Set<String> all = new TreeSet<>(LIVE.keySet());
        all.addAll(RESTART.keySet());
        return all;
    }

    /** What a setting became in a configuration. */
    static Object value(String setting, Configuration configuration) {
        Function<Configuration, Object> live = LIVE.get(setting);
        return (live == null ? requireNonNull(RESTART.get(setting), setting) : live)
                .apply(configuration);
    }

    private static List<String> differing(
            Map<String, Function<Configuration, Object>> settings,
            Configuration before,
            Configuration after) {
        return settings.entrySet().stream()
                .filter(e -> !e.getValue().apply(before).equals(e.getValue().apply(after)))
                .map(Map.Entry::getKey)
                .toList();
    }
}
