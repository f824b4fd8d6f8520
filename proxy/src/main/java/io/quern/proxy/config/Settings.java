package io.quern.proxy.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings as a file, the environment ({@code QUERN_UPSTREAM}) and the command line give them,
 * later ones winning; {@link Configuration} is what is made of them.
 */
@ConfigMapping(prefix = "quern")
interface Settings {
    /** Where the PostgreSQL to serve is. */
    Optional<String> upstream();

    /** Where history, suggestions and audit are kept: the upstream's database unless given. */
    Optional<String> store();

    /** Where clients connect. */
    @WithDefault("127.0.0.1:6432")
    String listen();

    /** Where the admin page is. */
    @WithDefault("127.0.0.1:8432")
    String admin();

    /** How often suggestions are looked for. */
    @WithDefault("PT30S")
    Duration suggestEvery();

    /** How trials are run. */
    Trial trial();

    /** How trials are run. */
    interface Trial {
        /** The fraction of executions that get the treatment while on trial. */
        @WithDefault("0.5")
        double share();

        /** The fraction that keeps running the original once a treatment is on. */
        @WithDefault("0.02")
        double holdback();
    }
}
