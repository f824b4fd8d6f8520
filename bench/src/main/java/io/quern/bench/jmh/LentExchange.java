package io.quern.bench.jmh;

import io.quern.proxy.session.Session;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The same in transaction mode: a backend is attached before each statement and left after it. */
@State(Scope.Thread)
public class LentExchange extends Exchange {

    /** A session that is lent a backend for each transaction. */
    public LentExchange() {
        super(Session.Lodging.TRANSACTION);
    }
}
