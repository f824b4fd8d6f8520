package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the console, and how patient it is.
 *
 * @param admins roles that may act and look
 * @param stats roles that may only look
 * @param version Quern's own, as {@code SHOW VERSION} tells it
 * @param pausePatience how long {@code PAUSE} waits for transactions under way
 * @param drainPatience how long {@code DRAIN} lets clients end their work
 */
public record ConsoleSettings(
        Set<String> admins,
        Set<String> stats,
        String version,
        Duration pausePatience,
        Duration drainPatience) {
    public ConsoleSettings {
        admins = Set.copyOf(admins);
        stats = Set.copyOf(stats);
        requireNonNull(version, "version");
        if (pausePatience.isNegative()) {
            throw new IllegalArgumentException("pausePatience is negative: " + pausePatience);
        }
        if (drainPatience.isNegative()) {
            throw new IllegalArgumentException("drainPatience is negative: " + drainPatience);
        }
    }

    /** The role of a user who logged in; empty if the console is not for this user. */
    Optional<Role> role(String user) {
        if (admins.contains(user)) {
            return Optional.of(Role.ADMIN);
        }
        return stats.contains(user) ? Optional.of(Role.STATS) : Optional.empty();
    }
}
