package io.quern.proxy.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

import org.eclipse.microprofile.config.spi.Converter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings as a file, the environment ({@code QUERN_UPSTREAM}) and the command line give them,
 * later ones winning; {@link Configuration} is what is made of them, and says what each means.
 */
@ConfigMapping(prefix = "quern")
interface Settings {
    Optional<String> upstream();

    Map<String, Upstream> upstreams();

    Optional<String> store();

    @WithDefault("127.0.0.1:6432")
    String listen();

    @WithDefault("127.0.0.1:8432")
    String admin();

    @WithDefault("PT30S")
    Duration suggestEvery();

    Trial trial();

    Pool pool();

    Auth auth();

    Tls tls();

    @WithDefault("10000")
    int maxClients();

    @WithDefault("PT1M")
    Duration loginTimeout();

    @WithDefault("PT30S")
    Duration drainTimeout();

    @WithDefault("0")
    int threads();

    @WithDefault("auto")
    TransportChoice transport();

    @WithDefault("false")
    @WithConverter(YesOrNo.class)
    boolean reusePort();

    Console console();

    Metrics metrics();

    Log log();

    /** One of several upstreams. */
    interface Upstream {
        Optional<String> url();

        Optional<List<String>> replicas();

        Map<String, String> databases();
    }

    /** How trials are run. */
    interface Trial {
        @WithDefault("0.5")
        double share();

        @WithDefault("0.02")
        double holdback();
    }

    /** How upstream connections are shared. */
    interface Pool {
        @WithDefault("session")
        PoolMode mode();

        @WithDefault("20")
        int size();

        @WithDefault("0")
        int minimum();

        @WithDefault("PT2M")
        Duration queueTimeout();

        @WithDefault("PT10M")
        Duration idleTimeout();

        @WithDefault("PT1H")
        Duration lifetime();

        @WithDefault("PT30S")
        Duration checkAfter();

        @WithDefault("500")
        int statements();
    }

    /** Who may come in, and how that is found out. */
    interface Auth {
        @WithDefault("auto")
        AuthMethod method();

        Optional<Path> users();

        Optional<String> query();

        Optional<List<String>> rules();
    }

    /** TLS towards clients. */
    interface Tls {
        Optional<Path> certificate();

        Optional<Path> key();

        Optional<Path> clientAuthority();

        @WithDefault("allow")
        TlsMode mode();
    }

    /** Who may use the admin console. */
    interface Console {
        @WithDefault("postgres")
        List<String> admins();

        Optional<List<String>> stats();
    }

    /** Where metrics are sent. */
    interface Metrics {
        Optional<String> otlp();

        @WithDefault("PT1M")
        Duration step();
    }

    /** How Quern logs. */
    interface Log {
        @WithDefault("text")
        LogFormat format();
    }

    /** {@code true} or {@code false}; the default converter takes every other word for false. */
    final class YesOrNo implements Converter<Boolean> {
        static final String NEITHER = "neither true nor false";
        private static final long serialVersionUID = 1;

        @Override
        public Boolean convert(String word) {
            return switch (word) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(NEITHER);
            };
        }
    }
}
