package io.quern.proxy.session;

import io.quern.advisor.Execution.Arm;
import io.quern.advisor.Treatment;
import io.quern.proxy.timing.Run;
import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.tuning.SessionKey;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** The client's side of a session: what each message asks for, and which variant serves it. */
final class Requests {
    /** Longer texts pass unseen. */
    private static final int LONGEST_TEXT = 1 << 20;

    /** What is looked at of messages that begin with names. */
    private static final int HEAD = 1024;

    private static final int[] NO_TYPES = {};
    private static final byte[] OWN_PREFIX = {'_', '_', 'q', 'u', 'e', 'r', 'n', '_'};

    private final State state;
    private final MessageReader in = new MessageReader();
    private final MessageWriter out = new MessageWriter();
    private final Name probe = new Name();

    Requests(State state) {
        this.state = state;
    }

    /** How much of a message to look at; what need not be looked at is dealt with at once. */
    int begin(byte type, int bodyLength) {
        if (state.copyIn && !allowedInCopy(type)) {
            return state.lost("a message that does not belong into COPY");
        }
        if (state.copySyncs.undecided() && !allowedInCopy(type)) {
            return state.lost("a message behind a failed COPY with Syncs sent ahead");
        }
        switch (type) {
            case Frontend.QUERY, Frontend.PARSE -> {
                return seen(bodyLength <= LONGEST_TEXT ? bodyLength : HEAD);
            }
            case Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE -> {
                return seen(Math.min(bodyLength, HEAD));
            }
            case Frontend.SYNC -> sync();
            case Frontend.FUNCTION_CALL -> {
                if (!state.skipping) {
                    state.groupOpen = false;
                    state.ledger.add(Reply.To.FUNCTION_CALL, false);
                    state.settings.doubt();
                }
            }
            case Frontend.COPY_DONE, Frontend.COPY_FAIL -> state.copyIn = false;
            case Frontend.TERMINATE -> state.terminated = true;
            default -> {}
        }
        return 0;
    }

    private static int seen(int wanted) {
        if (wanted == 0) {
            throw new ProtocolViolation("a message is shorter than its fields");
        }
        return wanted;
    }

    private static boolean allowedInCopy(byte type) {
        return switch (type) {
            case Frontend.COPY_DATA,
                    Frontend.COPY_DONE,
                    Frontend.COPY_FAIL,
                    Frontend.FLUSH,
                    Frontend.SYNC,
                    Frontend.TERMINATE ->
                    true;
            default -> false;
        };
    }

    /** A message's bytes; the answer is that of {@link FrameScanner.Sink#look}. */
    int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        return switch (type) {
            case Frontend.QUERY -> query(bytes, offset, length, whole);
            case Frontend.PARSE -> parse(bytes, offset, whole);
            case Frontend.BIND -> bind(bytes, offset, whole, bodyLength);
            case Frontend.DESCRIBE -> describe(whole);
            case Frontend.EXECUTE -> execute(bytes, offset, whole);
            case Frontend.CLOSE -> close(bytes, whole);
            default -> FrameScanner.PASS;
        };
    }

    private void sync() {
        state.skipping = false;
        state.groupOpen = false;
        state.group++;
        Reply reply = state.ledger.add(Reply.To.SYNC, false);
        if (state.copyIn) {
            state.copySyncs.sent(reply);
        }
    }

    // ---- simple protocol

    private int query(byte[] bytes, int offset, int length, boolean whole) {
        if (whole && in.skipString() != length - 1) {
            throw new ProtocolViolation("a query ends before its message");
        }
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        state.groupOpen = false;
        state.group++;
        state.statements.remove(probe.set(bytes, offset, 0));
        if (!whole) {
            state.runsUnseen();
            state.ledger.add(Reply.To.QUERY, false);
            return FrameScanner.PASS;
        }
        int size = length - 1;
        SessionKey key = state.settings.key();
        KnownStatement known = state.gate.recognise(key, bytes, offset, size, NO_TYPES);
        if (known == null || known.kind() != KnownStatement.Kind.QUERY) {
            state.runs(
                    known,
                    SqlWords.endsStatements(bytes, offset, size),
                    SqlWords.namesIsolation(bytes, offset, size));
        }
        Treatment treatment = treatment(known);
        byte[] replacement = null;
        Arm arm = Arm.NONE;
        Variant variant = null;
        if (known != null && treatment != null && confirmed()) {
            byte[] text = state.gate.apply(treatment, key, bytes, offset, size);
            variant =
                    text == null
                            ? null
                            : simpleVariant(known, treatment, bytes, offset, size, text);
            arm = variant == null ? Arm.NONE : draw(variant);
            replacement = arm == Arm.TREATMENT ? text : null;
        }
        Reply reply = state.ledger.add(Reply.To.QUERY, false);
        reply.run = run(known, treatment, arm);
        reply.handed = state.stopwatch.now();
        if (replacement == null) {
            return FrameScanner.PASS;
        }
        reply.variant = variant;
        state.effects.toServer(out.clear().query(replacement));
        return length;
    }

    /** The variant for simple queries, if its shape has been found right; else null. */
    private @Nullable Variant simpleVariant(
            KnownStatement known,
            Treatment treatment,
            byte[] bytes,
            int offset,
            int size,
            byte[] text) {
        Variant variant = state.variants.find(known, treatment, null);
        if (variant == null && state.variants.worthMore()) {
            byte[] original = Arrays.copyOfRange(bytes, offset, offset + size);
            state.variants.want(new Variant(known, treatment, true, original, text, NO_TYPES));
        }
        return state.variants.ready(variant);
    }

    // ---- extended protocol

    private int parse(byte[] bytes, int offset, boolean whole) {
        int nameLength = whole ? in.skipString() : in.stringLength();
        ClientStatement statement = null;
        probe.set(bytes, offset, Math.max(nameLength, 0));
        if (whole) {
            int sqlAt = in.position();
            int sqlLength = in.skipString();
            int[] types = types();
            if (state.skipping) {
                return FrameScanner.PASS;
            }
            statement = statement(bytes, sqlAt, sqlLength, types);
        }
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        if (probe.startsWith(OWN_PREFIX)) {
            state.mishaps.count(Mishaps.Kind.NAMES, "a Parse");
            state.errands.disable();
        }
        state.groupOpen = true;
        Reply reply = state.ledger.add(Reply.To.PARSE, false);
        reply.statement = statement;
        if (nameLength >= 0) {
            state.statements.sent(reply, probe.keep(), state.group);
        }
        return FrameScanner.PASS;
    }

    private int[] types() {
        int count = in.int16();
        if (in.remaining() != count * 4) {
            throw new ProtocolViolation("a Parse is not as long as its fields");
        }
        int[] types = count == 0 ? NO_TYPES : new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = in.int32();
        }
        return types;
    }

    /** The statement a Parse makes; the one the server has under this name if nothing changes. */
    private ClientStatement statement(byte[] bytes, int offset, int length, int[] types) {
        SessionKey key = state.settings.key();
        ClientStatement old = state.statements.find(probe);
        long readings = state.settings.readings();
        if (old != null
                && old.under(key)
                && old.readAs(readings)
                && old.same(bytes, offset, length, types)) {
            return old;
        }
        ClientStatement statement = new ClientStatement(bytes, offset, length, types, readings);
        statement.recognised(key, state.gate.recognise(key, bytes, offset, length, types));
        return statement;
    }

    private int bind(byte[] bytes, int offset, boolean whole, int bodyLength) {
        int portalLength = name(whole);
        int statementAt = in.position();
        int statementLength = portalLength < 0 ? -1 : name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        state.groupOpen = true;
        Reply reply = state.ledger.add(Reply.To.BIND, false);
        reply.handed = state.stopwatch.now();
        if (statementLength < 0) {
            return FrameScanner.PASS;
        }
        ClientStatement statement =
                state.statements.find(probe.set(bytes, statementAt, statementLength));
        boolean sure = state.statements.sure(probe, state.group);
        SessionKey key = state.settings.key();
        KnownStatement known = statement == null ? null : statement.known(key, state.gate);
        Treatment treatment = treatment(known);
        Variant variant =
                statement == null || known == null || treatment == null || !sure || !confirmed()
                        ? null
                        : variant(statement, known, treatment, key);
        Arm arm = variant == null ? Arm.NONE : draw(variant);
        Variant bound = arm == Arm.TREATMENT ? variant : null;
        Run run = run(known, treatment, arm);
        reply.run = run;
        reply.variant = bound;
        probe.set(bytes, offset, portalLength);
        state.portals.put(probe, new Portal(run, statement, known, bound));
        byte[] name = bound == null ? null : bound.name;
        if (name == null) {
            return FrameScanner.PASS;
        }
        int replaced = portalLength + 1 + statementLength + 1;
        state.effects.toServer(
                out.clear().bindHead(bytes, offset, portalLength, name, bodyLength - replaced));
        return replaced;
    }

    /** Skips a name; its length, or -1 if it goes on behind what is looked at. */
    private int name(boolean whole) {
        return whole || in.stringLength() >= 0 ? in.skipString() : -1;
    }

    /** The prepared variant of a statement, if it is ready; if it is missing it is wanted. */
    private @Nullable Variant variant(
            ClientStatement statement, KnownStatement known, Treatment treatment, SessionKey key) {
        byte[] sql = statement.sql();
        if (sql == null || !statement.readAs(state.settings.readings())) {
            return null;
        }
        Variant hint = statement.variant;
        if (hint != null && hint.state != Variant.State.GONE && hint.of(known, treatment)) {
            return state.variants.ready(hint);
        }
        Variant variant = state.variants.find(known, treatment, sql);
        if (variant == null && state.variants.worthMore()) {
            byte[] text = state.gate.apply(treatment, key, sql, 0, sql.length);
            if (text != null) {
                variant =
                        new Variant(known, treatment, false, sql, text, statement.parameterTypes());
                state.variants.want(variant);
            }
        }
        statement.variant = variant;
        return state.variants.ready(variant);
    }

    private int describe(boolean whole) {
        in.int8();
        name(whole);
        if (!state.skipping) {
            state.groupOpen = true;
            state.ledger.add(Reply.To.DESCRIBE, false);
        }
        return FrameScanner.PASS;
    }

    private int execute(byte[] bytes, int offset, boolean whole) {
        int length = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        state.groupOpen = true;
        Portal portal = length < 0 ? null : state.portals.get(probe.set(bytes, offset, length));
        runs(portal);
        Reply reply = state.ledger.add(Reply.To.EXECUTE, false);
        reply.handed = state.stopwatch.now();
        reply.run = portal == null ? null : portal.run();
        reply.variant = portal == null ? null : portal.variant();
        return FrameScanner.PASS;
    }

    private void runs(@Nullable Portal portal) {
        ClientStatement statement = portal == null ? null : portal.statement();
        if (portal == null || statement == null) {
            state.runsUnseen();
        } else {
            state.runs(portal.known(), statement.endsStatements(), statement.namesIsolation());
        }
    }

    private int close(byte[] bytes, boolean whole) {
        byte kind = in.int8();
        int at = in.position();
        int length = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        state.groupOpen = true;
        Reply reply = state.ledger.add(Reply.To.CLOSE, false);
        if (length >= 0) {
            probe.set(bytes, at, length);
            if (kind == 'S') {
                state.statements.sent(reply, probe.keep(), state.group);
            } else {
                state.portals.remove(probe);
            }
        }
        return FrameScanner.PASS;
    }

    // ---- choosing

    private @Nullable Treatment treatment(@Nullable KnownStatement known) {
        if (known == null
                || known.kind() != KnownStatement.Kind.QUERY
                || !known.single()
                || state.errands.disabled()) {
            return null;
        }
        Treatment treatment = state.gate.treatment(known);
        boolean wanted = treatment != null || state.settings.silent();
        if (wanted && state.settings.worthAsking()) {
            state.errands.wantAnswer();
        }
        return treatment;
    }

    private boolean confirmed() {
        return state.settings.confirmed() && state.settings.key().treatable();
    }

    private Arm draw(Variant variant) {
        state.variants.used(variant);
        Boolean treated = state.gate.draw(variant.treatment);
        return treated == null ? Arm.NONE : treated ? Arm.TREATMENT : Arm.CONTROL;
    }

    private Run run(@Nullable KnownStatement known, @Nullable Treatment treatment, Arm arm) {
        return new Run(
                known != null && known.single() ? known.fingerprint() : null,
                treatment == null || arm == Arm.NONE ? 0 : treatment.flag().suggestion(),
                arm,
                state.stopwatch.now());
    }
}
