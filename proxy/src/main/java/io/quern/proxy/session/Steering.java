package io.quern.proxy.session;

import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

/**
 * Gives a Bind the planner settings of its variant, and takes them back.
 *
 * <p>PostgreSQL plans a statement at Bind, or finds a plan it made at an earlier Bind of the same
 * name; a variant has a name of its own, so plans made under settings serve nothing else. They are
 * put in front of the Bind and taken back in front of whatever message comes behind it, within the
 * client's own Sync group: what is executed, and all that it calls, runs under the client's
 * settings, and the plans that foreign keys and functions make for the whole session are made under
 * them. If anything between fails, the (sub)transaction is rolled back, and the settings with it.
 *
 * <p>Settings that the executor reads stay until the Execute is done, if it comes directly behind
 * the Bind, runs the portal to its end, and nothing in it plans: else they too go before it.
 */
final class Steering {
    private static final String SELECT = "select";

    private final State state;
    private final MessageReader in = new MessageReader();
    private final MessageWriter out = new MessageWriter();

    /** Whose settings are in force behind the messages sent so far; null: the client's own. */
    private @Nullable Variant inForce;

    private @Nullable Levers levers;
    private Name portal = new Name();

    Steering(State state) {
        this.state = state;
    }

    /** Whether settings were given that are not taken back yet. */
    boolean pending() {
        return inForce != null;
    }

    /** A variant is about to be bound: its settings go in front. */
    void give(Variant variant, Name toPortal, MessageWriter ahead) {
        Levers present = state.backend.variants.levers();
        if (variant.steers.isEmpty() || present == null) {
            return;
        }
        levers = present;
        portal = toPortal.keep();
        inForce = variant;
        present.set(variant.steers, track(ahead, variant));
    }

    /** A message of the client begins, behind which settings must not stay in force. */
    void before(byte type) {
        Variant variant = inForce;
        if (variant == null) {
            return;
        }
        if (state.skipping) {
            // rolled back
            inForce = null;
            return;
        }
        if (variant.throughExecution && (type == Frontend.DESCRIBE || type == Frontend.EXECUTE)) {
            return;
        }
        takeBack(out.clear());
        state.effects.toServer(out);
    }

    /**
     * Whether an Execute may run under the settings in force.
     *
     * @param rest the message behind the portal's name
     */
    boolean runs(Name executed, byte[] bytes, int rest, int length) {
        return inForce != null
                && executed.equals(portal)
                && length == 4
                && in.over(bytes, rest, length).int32() == 0;
    }

    /** Takes the settings back in front of what is written next. */
    void takeBack(MessageWriter ahead) {
        Variant variant = inForce;
        Levers used = levers;
        if (variant != null && used != null) {
            inForce = null;
            used.restore(variant.steers, track(ahead, variant));
        }
    }

    private Levers.Track track(MessageWriter ahead, Variant variant) {
        return (name, parameters) -> {
            ahead.bind(name, name, parameters).execute(name).closePortal(name);
            inject(Reply.To.BIND, variant);
            inject(Reply.To.EXECUTE, variant);
            inject(Reply.To.CLOSE, variant);
        };
    }

    private void inject(Reply.To to, Variant variant) {
        state.ledger.inject(to).variant = variant;
    }

    /** Whether a text is a SELECT and nothing else: it begins so. */
    static boolean plainSelect(byte[] sql, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end
                && (sql[at] == ' ' || sql[at] == '\n' || sql[at] == '\r' || sql[at] == '\t')) {
            at++;
        }
        if (end - at <= SELECT.length()) {
            return false;
        }
        for (int i = 0; i < SELECT.length(); i++) {
            if ((sql[at + i] | 0x20) != SELECT.charAt(i)) {
                return false;
            }
        }
        return !Character.isLetterOrDigit(sql[at + SELECT.length()])
                && sql[at + SELECT.length()] != '_';
    }
}
