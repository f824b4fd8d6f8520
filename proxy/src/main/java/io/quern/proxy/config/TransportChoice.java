package io.quern.proxy.config;

/** The way to the operating system's sockets. */
public enum TransportChoice {
    /** The best there is. */
    AUTO,
    IO_URING,
    EPOLL,
    KQUEUE,
    NIO
}
