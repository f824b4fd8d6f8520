package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.UTF_8;

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

/** The extended protocol: Parse, Bind, Describe, Execute, Close. */
final class ExtendedQueries {
    private static final int[] NO_TYPES = {};
    private static final byte[] UNNAMED = {};

    private static final String UNKEPT = "statements too long to keep";

    private final State state;
    private final Choice choice;
    private final SharedNames shared;
    private final MessageReader in = new MessageReader();
    private final MessageWriter out = new MessageWriter();
    private final Name probe = new Name();

    ExtendedQueries(State state, Choice choice) {
        this.state = state;
        this.choice = choice;
        this.shared = new SharedNames(state);
    }

    // ---- Parse

    int parse(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        int nameLength = name(whole);
        int sqlAt = in.position();
        int sqlLength = whole ? in.skipString() : 0;
        int[] types = whole ? types() : NO_TYPES;
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        probe.set(bytes, offset, nameLength);
        if (!shared.active()) {
            return parseAsItIs(bytes, sqlAt, sqlLength, types, whole);
        }
        if (shared.unsure(probe, null)) {
            return shared.hold(out);
        }
        ClientStatement statement =
                whole
                        ? statement(bytes, sqlAt, sqlLength, types)
                        : ClientStatement.unread(state.settings.readings());
        Name deallocated = whole && probe.isEmpty() ? deallocated(statement) : null;
        if (deallocated != null && !state.statements.sure(deallocated, state.group)) {
            return shared.hold(out);
        }
        if (deallocated != null && state.statements.find(deallocated) != null) {
            return parseDeallocation(statement, deallocated, length);
        }
        return probe.isEmpty()
                ? parseUnnamed(statement)
                : parseShared(statement, sqlAt - offset, length, bodyLength);
    }

    private int parseAsItIs(byte[] bytes, int sqlAt, int sqlLength, int[] types, boolean whole) {
        ClientStatement statement = whole ? statement(bytes, sqlAt, sqlLength, types) : null;
        if (probe.startsWith(SharedNames.OWN)) {
            state.mishaps.count(Mishaps.Kind.NAMES, "a Parse");
            state.errands.disable();
        }
        sent(state.ledger.add(Reply.To.PARSE, false), statement);
        return FrameScanner.PASS;
    }

    private int parseUnnamed(ClientStatement statement) {
        sent(state.ledger.add(Reply.To.PARSE, false), statement);
        state.backend.unnamed = statement;
        if (statement.sql() == null) {
            state.stay.forGood(UNKEPT);
        }
        return FrameScanner.PASS;
    }

    private int parseShared(ClientStatement statement, int nameBytes, int length, int bodyLength) {
        PreparedText text = statement.shared();
        byte[] sql = statement.sql();
        if (text == null || !text.current()) {
            text =
                    sql == null
                            ? PreparedText.unkept()
                            : PreparedText.of(
                                    sql, statement.parameterTypes(), state.profile, state.unread);
            statement.share(text);
        }
        if (shared.unsure(probe, statement)) {
            return shared.hold(out);
        }
        boolean taken = state.statements.find(probe) != null;
        if (!taken && shared.present(text)) {
            Reply reply = state.ledger.add(Reply.To.PARSE, false);
            reply.madeUp = true;
            sent(reply, statement);
            return length;
        }
        out.clear();
        if (taken) {
            // PostgreSQL is to say that the name exists
            ClientStatement old = state.statements.find(probe);
            byte[] name = shared.bring(probe, old, out);
            sent(state.ledger.add(Reply.To.PARSE, false), statement);
            out.nameHead(
                    Frontend.PARSE, -1, name == null ? text.name : name, bodyLength - nameBytes);
        } else {
            if (sql == null) {
                state.stay.forGood(UNKEPT);
            }
            shared.beforeParse(text, out);
            Reply reply = state.ledger.add(Reply.To.PARSE, false);
            sent(reply, statement);
            shared.parsing(text, reply);
            out.nameHead(Frontend.PARSE, -1, text.name, bodyLength - nameBytes);
        }
        state.effects.toServer(out);
        return nameBytes;
    }

    /** The name that a text deallocates; null if it is no such text. */
    private @Nullable Name deallocated(ClientStatement statement) {
        byte[] sql = statement.sql();
        KnownStatement known = statement.known(state.settings.key(), state.gate);
        if (sql == null || known == null || !known.endsStatements()) {
            return null;
        }
        return Deallocation.of(new String(sql, UTF_8));
    }

    private int parseDeallocation(ClientStatement statement, Name deallocated, int length) {
        ClientStatement harmless = statement.deallocating(deallocated);
        sent(state.ledger.add(Reply.To.PARSE, false), harmless);
        state.backend.unnamed = harmless;
        state.effects.toServer(out.clear().parse(UNNAMED, SharedNames.DEALLOCATE, NO_TYPES));
        return length;
    }

    private void sent(Reply reply, @Nullable ClientStatement statement) {
        state.groupOpen = true;
        reply.statement = statement;
        if (statement != null) {
            state.ledger.weigh(reply, statement.size());
        }
        state.statements.sent(reply, probe.keep(), state.group);
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

    /** The statement a Parse makes; the one the client has under this name if nothing changes. */
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
        boolean kept = state.statements.room(length);
        ClientStatement statement =
                new ClientStatement(bytes, offset, length, kept, types, readings);
        statement.recognised(key, state.gate.recognise(key, bytes, offset, length, types));
        return statement;
    }

    // ---- Bind and Execute

    int bind(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        int portalLength = name(whole);
        int statementAt = in.position();
        int statementLength = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        ClientStatement statement =
                state.statements.find(probe.set(bytes, statementAt, statementLength));
        if (shared.active() && shared.unsure(probe, statement)) {
            return shared.hold(out);
        }
        boolean sure = state.statements.sure(probe, state.group);
        SessionKey key = state.settings.key();
        KnownStatement known = statement == null ? null : statement.known(key, state.gate);
        Treatment treatment = choice.treatment(known);
        Variant variant =
                statement == null || known == null || treatment == null || !sure
                        ? null
                        : confirmedVariant(statement, known, treatment, key);
        Arm arm = variant == null ? Arm.NONE : choice.draw(variant);
        Variant bound = arm == Arm.TREATMENT ? variant : null;
        out.clear();
        byte[] name = bound == null ? null : bound.name;
        if (name == null && shared.active()) {
            name = shared.bring(probe, statement, out);
        }
        state.groupOpen = true;
        probe.set(bytes, offset, portalLength);
        long handed = state.stopwatch.now();
        if (bound != null) {
            state.steering.give(bound, probe, out);
        }
        Reply reply = state.ledger.add(Reply.To.BIND, false);
        reply.handed = handed;
        Run run = choice.run(known, treatment, arm);
        reply.run = run;
        reply.variant = bound;
        reply.shared = bound == null && statement != null ? statement.shared() : null;
        state.portals.put(probe).set(run, statement, known, bound);
        if (name == null) {
            emit();
            return FrameScanner.PASS;
        }
        int replaced = portalLength + 1 + statementLength + 1;
        out.bindHead(bytes, offset, portalLength, name, bodyLength - replaced);
        state.effects.toServer(out);
        return replaced;
    }

    /** Sends what has to be in front of a message that passes. */
    private void emit() {
        if (out.length() > 0) {
            state.effects.toServer(out);
        }
    }

    /**
     * Skips a name.
     *
     * @throws ProtocolViolation if it is longer than anything is looked at
     */
    private int name(boolean whole) {
        if (!whole && in.stringLength() < 0) {
            throw new ProtocolViolation("a name is too long");
        }
        return in.skipString();
    }

    private @Nullable Variant confirmedVariant(
            ClientStatement statement, KnownStatement known, Treatment treatment, SessionKey key) {
        return choice.confirmed() ? variant(statement, known, treatment, key) : null;
    }

    /** The prepared variant of a statement, if it is ready; if it is missing it is wanted. */
    private @Nullable Variant variant(
            ClientStatement statement, KnownStatement known, Treatment treatment, SessionKey key) {
        byte[] sql = statement.sql();
        if (sql == null
                || sql.length > ClientStatement.LONGEST_KEPT
                || !statement.readAs(state.settings.readings())) {
            return null;
        }
        Variants variants = state.backend.variants;
        Profile reading = state.profile.reading();
        Variant hint = statement.variant;
        if (hint != null
                && !shared.active()
                && hint.state != Variant.State.GONE
                && hint.of(known, treatment, reading)) {
            return variants.ready(hint);
        }
        Variant variant = variants.find(known, treatment, reading, sql);
        if (variant == null && variants.worthMore()) {
            byte[] text = state.gate.apply(treatment, key, sql, 0, sql.length);
            if (text != null) {
                variant =
                        new Variant(
                                known,
                                treatment,
                                false,
                                sql,
                                text,
                                statement.parameterTypes(),
                                reading);
                choice.want(variant);
            }
        }
        statement.variant = variant;
        return variants.ready(variant);
    }

    int execute(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        int nameLength = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        state.groupOpen = true;
        Portal portal = state.portals.get(probe.set(bytes, offset, nameLength));
        ClientStatement statement = portal == null ? null : portal.statement();
        Name deallocates = statement == null ? null : statement.deallocates();
        boolean instead = false;
        out.clear();
        if (portal == null || statement == null) {
            // a portal that is not there, or a cursor whose text was seen when it was declared
            state.runs(null, UNNAMED, 0, 0);
        } else if (deallocates != null) {
            shared.scapegoat(deallocates, out);
            state.barrier = true;
        } else if (refused(portal.known())) {
            shared.instead(Recall.REFUSAL, out);
            instead = true;
        } else {
            byte[] sql = statement.sql();
            state.runs(portal.known(), sql, 0, sql == null ? 0 : sql.length);
        }
        int rest = in.position();
        boolean underSettings =
                whole
                        && !instead
                        && state.steering.runs(
                                probe.set(bytes, offset, nameLength),
                                bytes,
                                rest,
                                offset + length - rest);
        if (!underSettings) {
            state.steering.takeBack(out);
        }
        Reply reply = state.ledger.add(Reply.To.EXECUTE, false);
        reply.handed = state.stopwatch.now();
        reply.run = portal == null ? null : portal.run();
        reply.variant = portal == null ? null : portal.variant();
        reply.name = deallocates;
        reply.shared = statement == null ? null : statement.shared();
        if (instead) {
            state.effects.toServer(out.execute(SharedNames.substitute()));
            return length;
        }
        if (underSettings) {
            out.begin(Frontend.EXECUTE).raw(bytes, offset, length).end();
            state.steering.takeBack(out);
            state.effects.toServer(out);
            return length;
        }
        emit();
        return FrameScanner.PASS;
    }

    private boolean refused(@Nullable KnownStatement known) {
        return known != null && Recall.refused(state, known);
    }

    // ---- Describe and Close

    int describe(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        byte kind = in.int8();
        int at = in.position();
        int nameLength = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        out.clear();
        byte[] name = null;
        PreparedText text = null;
        if (kind == 'S' && shared.active()) {
            ClientStatement statement = state.statements.find(probe.set(bytes, at, nameLength));
            if (shared.unsure(probe, statement)) {
                return shared.hold(out);
            }
            name = shared.bring(probe, statement, out);
            text = statement == null ? null : statement.shared();
        }
        state.groupOpen = true;
        state.ledger.add(Reply.To.DESCRIBE, false).shared = text;
        if (name == null) {
            emit();
            return FrameScanner.PASS;
        }
        state.effects.toServer(out.describeStatement(name));
        return length;
    }

    int close(byte[] bytes, int offset, int length, int bodyLength) {
        boolean whole = length == bodyLength;
        in.over(bytes, offset, length);
        byte kind = in.int8();
        int at = in.position();
        int nameLength = name(whole);
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        probe.set(bytes, at, nameLength);
        if (kind != 'S') {
            state.groupOpen = true;
            state.ledger.add(Reply.To.CLOSE, false);
            state.portals.remove(probe);
            return FrameScanner.PASS;
        }
        if (shared.active() && shared.unsure(probe, null)) {
            return shared.hold(out);
        }
        boolean local =
                shared.active()
                        && !probe.isEmpty()
                        && (state.statements.find(probe) != null
                                || probe.startsWith(SharedNames.OWN));
        Reply reply = state.ledger.add(Reply.To.CLOSE, false);
        reply.madeUp = local;
        sent(reply, null);
        if (probe.isEmpty()) {
            state.backend.unnamed = null;
        }
        return local ? length : FrameScanner.PASS;
    }
}
