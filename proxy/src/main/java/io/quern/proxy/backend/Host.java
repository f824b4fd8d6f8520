package io.quern.proxy.backend;

/**
 * One place where an upstream may be.
 *
 * @param name name or address
 */
public record Host(String name, int port) {
    public Host {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("host is empty");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is not between 1 and 65535: " + port);
        }
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return name + ":" + port;
    }
}
