package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

/**
 * One line of the configuration in force, fit to be shown: a secret is not in it.
 *
 * @param name as the file has it, {@code quern.pool.size}
 * @param live whether {@code RELOAD} changes it; otherwise a restart does
 */
public record Setting(String name, String value, boolean live) {
    public Setting {
        requireNonNull(name, "name");
        requireNonNull(value, "value");
    }
}
