package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

/**
 * A host and a port to listen on.
 *
 * @param port from 0 (any free one) to 65535
 */
public record Address(String host, int port) {
    public Address {
        requireNonNull(host, "host");
        if (port < 0 || port > 65_535) {
            throw new InvalidConfiguration("port " + port + " is not between 0 and 65535");
        }
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port} or {@code port} alone (127.0.0.1).
     *
     * @param setting the setting's name, for the message
     * @throws InvalidConfiguration if the text is anything else
     */
    public static Address parse(String setting, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new InvalidConfiguration(
                    setting + ": write an IPv6 address in brackets: [" + host + "]:port");
        }
        if (host.isEmpty()) {
            throw new InvalidConfiguration(setting + ": '" + text + "' has no host");
        }
        try {
            return new Address(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new InvalidConfiguration(setting + ": '" + text + "' is not host:port");
        } catch (InvalidConfiguration e) {
            throw new InvalidConfiguration(setting + ": " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
