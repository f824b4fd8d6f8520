package io.quern.proxy.config;

/** How a line of the log looks. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object a line, for collectors. */
    JSON
}
