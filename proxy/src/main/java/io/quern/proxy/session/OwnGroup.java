package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.MessageWriter;

/** Writes a Sync group of Quern's own, and enters each message into the ledger. */
final class OwnGroup {
    private static final int[] UNDECLARED = {};

    private final Ledger ledger;
    private final MessageWriter out;
    private final BackendState backend;
    private final String prefix;
    private int written;

    OwnGroup(Ledger ledger, MessageWriter out, BackendState backend, String prefix) {
        this.ledger = ledger;
        this.out = out;
        this.backend = backend;
        this.prefix = prefix;
    }

    /** A name that nothing on this backend has. */
    byte[] newName() {
        return (prefix + backend.nextName()).getBytes(US_ASCII);
    }

    /** Runs a statement without parameters under a name that is closed again. */
    void run(byte[] sql) {
        byte[] name = newName();
        parse(name, sql, UNDECLARED);
        out.bind(name, name).execute(name);
        owe(Reply.To.BIND);
        owe(Reply.To.EXECUTE);
        close(name);
    }

    void parse(byte[] name, byte[] sql, int[] types) {
        out.parse(name, sql, types);
        owe(Reply.To.PARSE);
    }

    void describe(byte[] name) {
        out.describeStatement(name);
        owe(Reply.To.DESCRIBE);
    }

    /** Binds parameters as text and executes. */
    void execute(byte[] name, byte[]... parameters) {
        out.bind(name, name, parameters).execute(name);
        owe(Reply.To.BIND);
        owe(Reply.To.EXECUTE);
        out.closePortal(name);
        owe(Reply.To.CLOSE);
    }

    void close(byte[] name) {
        out.closeStatement(name);
        owe(Reply.To.CLOSE);
    }

    void sync() {
        out.sync();
        owe(Reply.To.SYNC);
    }

    /** Messages written so far. */
    int written() {
        return written;
    }

    private void owe(Reply.To to) {
        written++;
        ledger.add(to, true);
    }
}
