package io.quern.proxy.session;

import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

/**
 * Quern's own messages on the client's backend: giving it the client's settings, asking for
 * settings, preparing variants, closing them. Each errand is one Sync group, under names of Quern's
 * own, sent only to an idle backend outside a transaction, so that nothing of the client's can be
 * in the same implicit transaction; its replies never reach the client. Messages the client sends
 * meanwhile simply queue behind it.
 */
final class Errands {
    private final State state;
    private final String prefix;
    private final MessageWriter out = new MessageWriter();
    private @Nullable Errand current;
    private boolean disabled;
    private boolean keyWanted;
    private int completed;
    private Errand.@Nullable Failure failure;

    Errands(State state, String prefix) {
        this.state = state;
        this.prefix = prefix;
    }

    /** Stops all treatment in this session. */
    void disable() {
        disabled = true;
        state.backend.variants.forgetAll();
    }

    boolean disabled() {
        return disabled;
    }

    /** Whether one is under way. */
    boolean busy() {
        return current != null;
    }

    /** Whether one is under way that says or makes what the session is. */
    boolean aboutSession() {
        return current instanceof Applying
                || (current instanceof Asking asking && asking.ofTraces());
    }

    /** What statements are treated under is needed. */
    void wantKey() {
        keyWanted |= !(current instanceof Asking asking && asking.current());
    }

    /** The backend is idle: starts the next errand, if any. */
    void start() {
        if (current != null) {
            return;
        }
        Errand next = next();
        if (next != null) {
            start(next);
        }
    }

    /** Starts one on a backend that is idle. */
    void start(Errand errand) {
        current = errand;
        completed = 0;
        failure = null;
        OwnGroup group = new OwnGroup(state.ledger, out.clear(), state.backend, prefix);
        errand.write(group);
        group.sync();
        state.effects.toServer(out);
    }

    private @Nullable Errand next() {
        Errand aboutTheSession = state.stay.errand(state);
        if (aboutTheSession != null) {
            keyWanted = false;
            return aboutTheSession;
        }
        if (disabled) {
            return null;
        }
        if (keyWanted) {
            keyWanted = false;
            return new Asking(state, Question.ofKey());
        }
        Variants variants = state.backend.variants;
        if (variants.hasToClose()) {
            return new Closing(variants.takeToClose());
        }
        Variant wanted = variants.nextWanted();
        return wanted == null ? null : new Preparing(state, wanted);
    }

    void described(byte type, byte @Nullable [] bytes, int offset, int length) {
        if (current != null) {
            current.described(type, bytes, offset, length);
        }
    }

    void row(byte[] bytes, int offset, int length) {
        if (current != null) {
            current.row(bytes, offset, length);
        }
    }

    void rowTooLong() {
        if (current != null) {
            current.rowTooLong();
        }
    }

    /** One own message before the Sync is answered. */
    void completed() {
        completed++;
    }

    /** An own message failed. */
    void failed(String sqlState, String message) {
        failure = new Errand.Failure(sqlState, message);
    }

    /** The own Sync is answered: the errand is over. */
    void over() {
        Errand done = current;
        current = null;
        if (done != null) {
            done.over(failure, completed);
        }
    }
}
