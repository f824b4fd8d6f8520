package io.quern.proxy.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who may use the admin console.
 *
 * @param admins roles that may look and act
 * @param stats roles that may only look
 */
public record ConsoleSettings(Set<String> admins, Set<String> stats) {
    public ConsoleSettings {
        admins = Collections.unmodifiableSet(new LinkedHashSet<>(admins));
        stats = Collections.unmodifiableSet(new LinkedHashSet<>(stats));
    }
}
