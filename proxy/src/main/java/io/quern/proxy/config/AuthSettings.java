package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may come in, and how that is found out.
 *
 * @param users a list of users and their passwords or verifiers, one a line
 * @param query what asks the upstream for a verifier: one parameter, the user; answers name and
 *     verifier. Empty: {@code pg_authid} is asked
 * @param rules {@code allow} or {@code deny}, an address, users and databases; the first that fits
 *     decides; none: all may try
 */
public record AuthSettings(
        AuthMethod method, Optional<Path> users, Optional<String> query, List<String> rules) {
    public AuthSettings {
        requireNonNull(method, "method");
        requireNonNull(users, "users");
        requireNonNull(query, "query");
        rules = List.copyOf(rules);
        for (int i = 0; i < rules.size(); i++) {
            require(
                    rules.get(i).matches("(allow|deny)(\\s.*)?"),
                    "quern.auth.rules[" + i + "] begins neither with allow nor with deny");
        }
    }
}
