package io.quern.advisor.admin;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;

import java.util.Optional;

/**
 * One row of the table of routes.
 *
 * @param path segments; at most one is {@code {id}} or {@code {name}} and stands for any text
 * @param role who may use it, checked before the handler runs
 */
record Route(HttpMethod method, String path, Role role, Handler handler) {

    /** Who may use a route. */
    enum Role {
        /** All, logged in or not. */
        ANYONE,
        /** A person with a session. */
        PERSON,
        /** A person with a session, or a program that sends the password. */
        PROGRAM
    }

    /** Answers a request that may be answered; may block. */
    interface Handler {
        AggregatedHttpResponse answer(Visit visit);
    }

    /** The text that the variable segment stands for (empty if there is none), if it matches. */
    Optional<String> match(String actual) {
        String[] wanted = path.split("/", -1);
        String[] given = actual.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        String captured = "";
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
                captured = given[i];
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(captured);
    }
}
