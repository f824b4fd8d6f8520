package io.quern.proxy.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What happens at the door, in numbers. Thread-safe. */
final class Counts {
    private final AtomicLong clients = new AtomicLong();
    private final LongAdder failedLogins = new LongAdder();

    /** Numbers clients from 1, as long as Quern runs; process numbers are 31 bits. */
    long nextClient() {
        return clients.incrementAndGet() & 0x7FFF_FFFF;
    }

    /** Clients so far. */
    long clients() {
        return clients.get();
    }

    LongAdder failedLogins() {
        return failedLogins;
    }
}
