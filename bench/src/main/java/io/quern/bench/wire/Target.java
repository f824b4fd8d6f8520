package io.quern.bench.wire;

import io.quern.bench.process.Child;

import java.util.Optional;

/**
 * A way to the server that is measured.
 *
 * @param name as results call it
 * @param port of 127.0.0.1
 * @param process what stands in between, if anything
 */
record Target(String name, int port, Optional<Child> process) {
    /** CPU time of what stands in between so far, in microseconds. */
    double cpuMicros() {
        return process.map(child -> child.cpu().toNanos() / 1e3).orElse(0.0);
    }
}
