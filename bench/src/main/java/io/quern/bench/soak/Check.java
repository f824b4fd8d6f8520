package io.quern.bench.soak;

/**
 * One thing that must hold, and what was found.
 *
 * @param found for a person to read
 */
public record Check(String what, boolean holds, String found) {}
