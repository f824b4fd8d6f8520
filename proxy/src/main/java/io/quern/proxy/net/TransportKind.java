package io.quern.proxy.net;

import java.util.Locale;

/** The ways to drive sockets that a setting can name. */
public enum TransportKind {
    /** The best that works on this machine. */
    AUTO,
    IO_URING,
    EPOLL,
    KQUEUE,
    NIO;

    /**
     * Reads a lower-case name, such as {@code io_uring}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static TransportKind parse(String word) {
        for (TransportKind kind : values()) {
            if (kind.toString().equals(word)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown transport: " + word);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
