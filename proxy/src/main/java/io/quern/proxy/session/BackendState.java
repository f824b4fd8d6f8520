package io.quern.proxy.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of one pooled backend, whoever uses it: outlives the clients that do. Not
 * thread-safe: it belongs to whom the backend was lent.
 */
public final class BackendState {
    private final Map<String, String> parameters = new LinkedHashMap<>();

    /** The newest value of every parameter the server reports by itself, by name. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** A ParameterStatus came while nobody used the backend, or at its login. */
    public void reported(String name, String value) {
        parameters.put(name, value);
    }
}
