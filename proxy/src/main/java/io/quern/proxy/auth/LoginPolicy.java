package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

/**
 * What settings say of logins.
 *
 * @param clearWithoutTls whether {@link LoginMethod#PASSWORD} may be used on a connection that is
 *     not encrypted
 */
public record LoginPolicy(LoginMethod method, boolean clearWithoutTls, Rules rules) {
    public LoginPolicy {
        requireNonNull(method, "method");
        requireNonNull(rules, "rules");
    }
}
