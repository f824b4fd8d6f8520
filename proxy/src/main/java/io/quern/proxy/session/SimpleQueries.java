package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Execution.Arm;
import io.quern.advisor.Treatment;
import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.tuning.SessionKey;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** The simple protocol: one message, one or more statements. */
final class SimpleQueries {
    private static final int[] NO_TYPES = {};

    private final State state;
    private final Choice choice;
    private final MessageReader in = new MessageReader();
    private final MessageWriter out = new MessageWriter();

    SimpleQueries(State state, Choice choice) {
        this.state = state;
        this.choice = choice;
    }

    int query(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        if (whole && in.over(bytes, offset, length).skipString() != length - 1) {
            throw new ProtocolViolation("a query ends before its message");
        }
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        if (!whole) {
            begins();
            state.runsUnseen();
            state.ledger.add(Reply.To.QUERY, false);
            return FrameScanner.PASS;
        }
        int size = length - 1;
        SessionKey key = state.settings.key();
        KnownStatement known = state.gate.recognise(key, bytes, offset, size, NO_TYPES);
        if (known != null && known.endsStatements() && deallocatesHere()) {
            Name name = Deallocation.of(new String(bytes, offset, size, UTF_8));
            if (name != null && !state.ledger.isEmpty()) {
                return FrameScanner.WAIT;
            }
            if (name != null && deallocated(name)) {
                return length;
            }
        }
        boolean behindOpenGroup = state.groupOpen;
        begins();
        if (known != null && Recall.refused(state, known)) {
            state.ledger.add(Reply.To.QUERY, false);
            state.effects.toServer(out.clear().query(Recall.REFUSAL));
            return length;
        }
        state.runs(known, bytes, offset, size);
        Treatment treatment = choice.treatment(known);
        byte[] replacement = null;
        Arm arm = Arm.NONE;
        Variant variant = null;
        if (known != null
                && treatment != null
                && choice.confirmed()
                && steerable(treatment, bytes, offset, size, behindOpenGroup)) {
            byte[] text = state.gate.apply(treatment, key, bytes, offset, size);
            variant = text == null ? null : variant(known, treatment, bytes, offset, size, text);
            arm = variant == null ? Arm.NONE : choice.draw(variant);
            replacement = arm == Arm.TREATMENT ? text : null;
        }
        Reply reply = state.ledger.add(Reply.To.QUERY, false);
        reply.run = choice.run(known, treatment, arm);
        reply.handed = state.stopwatch.now();
        if (replacement == null || variant == null) {
            return FrameScanner.PASS;
        }
        reply.variant = variant;
        if (!variant.steers.isEmpty()) {
            SteeredText steered = SteeredText.of(variant.steers, replacement, state.status == 'T');
            reply.prefix = steered.prefix;
            replacement = steered.sql;
        }
        state.effects.toServer(out.clear().query(replacement));
        return length;
    }

    private void begins() {
        state.groupOpen = false;
        state.group++;
        state.statements.dropUnnamed(state.group);
        state.backend.unnamed = null;
    }

    /** Behind an open Sync group the server must see the query that ends it. */
    private boolean deallocatesHere() {
        return state.stay.perTransaction() && !state.groupOpen;
    }

    /**
     * Whether a query can be given its settings so that nothing shows but the speed. Here they are
     * in force while it runs too, and it must be known in what transaction.
     */
    private boolean steerable(
            Treatment treatment, byte[] bytes, int offset, int size, boolean behindOpenGroup) {
        if (treatment.settings().isEmpty()) {
            return true;
        }
        boolean exact =
                treatment.executorSafe()
                        && Steering.plainSelect(bytes, offset, size)
                        && !behindOpenGroup
                        && state.ledger.isEmpty()
                        && (state.status == 'I' || state.status == 'T');
        if (!exact) {
            state.mishaps.count(
                    Mishaps.Kind.UNSTEERED, "suggestion " + treatment.flag().suggestion());
        }
        return exact;
    }

    /**
     * DEALLOCATE of a statement that was prepared through the protocol: on a pooled backend it has
     * another name, and others may be using it, so that only the client's own name goes.
     */
    private boolean deallocated(Name name) {
        if (state.status == 'E' || state.statements.find(name) == null) {
            return false;
        }
        begins();
        state.statements.remove(name);
        state.ledger.add(Reply.To.QUERY, false).madeUp = true;
        return true;
    }

    /** The variant for simple queries, if its shape has been found right; else null. */
    private @Nullable Variant variant(
            KnownStatement known,
            Treatment treatment,
            byte[] bytes,
            int offset,
            int size,
            byte[] text) {
        Variants variants = state.backend.variants;
        Profile reading = state.profile.reading();
        Variant variant = variants.find(known, treatment, reading, null);
        if (variant == null && variants.worthMore()) {
            byte[] original = Arrays.copyOfRange(bytes, offset, offset + size);
            choice.want(new Variant(known, treatment, true, original, text, NO_TYPES, reading));
        }
        return variants.ready(variant);
    }
}
