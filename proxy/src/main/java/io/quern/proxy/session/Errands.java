package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Quern's own messages on the client's backend: asking for settings, preparing variants, closing
 * them. Each errand is one Sync group, under names of Quern's own, sent only to an idle backend
 * outside a transaction, so that nothing of the client's can be in the same implicit transaction;
 * its replies never reach the client. Messages the client sends meanwhile simply queue behind it.
 */
final class Errands {
    private static final byte[] QUESTION =
            ("SELECT current_user::pg_catalog.text,"
                            + " pg_catalog.current_setting('search_path'),"
                            + " pg_catalog.current_setting('TimeZone'),"
                            + " pg_catalog.current_setting('transaction_isolation'),"
                            + " pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) 0::pg_catalog.oid")
                    .getBytes(US_ASCII);

    /**
     * Preparing needs locks on the tables; somebody who holds one must not hold up the client,
     * whose next message waits behind. The setting ends with the Sync group.
     */
    private static final byte[] HURRY =
            "SELECT pg_catalog.set_config('lock_timeout', '50ms', true)".getBytes(US_ASCII);

    private static final int HURRIED = 4;
    private static final int[] UNDECLARED = {};
    private static final byte[] NOTHING = {};

    /** What is under way. */
    private enum Kind {
        NONE,
        ASK,
        PREPARE,
        CLOSE
    }

    private final SessionSettings settings;
    private final Variants variants;
    private final Ledger ledger;
    private final Effects effects;
    private final Mishaps mishaps;
    private final String prefix;
    private final MessageWriter out = new MessageWriter();
    private final List<byte[]> descriptions = new ArrayList<>();
    private Kind kind = Kind.NONE;
    private boolean disabled;
    private boolean askWanted;
    private long doubtsWhenAsked;
    private String @Nullable [] answer;
    private @Nullable Variant preparing;
    private byte[] originalName = NOTHING;
    private int completed;
    private int names;
    private @Nullable String error;

    Errands(
            SessionSettings settings,
            Variants variants,
            Ledger ledger,
            Effects effects,
            Mishaps mishaps,
            String prefix) {
        this.settings = settings;
        this.variants = variants;
        this.ledger = ledger;
        this.effects = effects;
        this.mishaps = mishaps;
        this.prefix = prefix;
    }

    /** Stops all further errands of this session. */
    void disable() {
        disabled = true;
        variants.forgetAll();
    }

    boolean disabled() {
        return disabled;
    }

    /** The settings are needed. */
    void wantAnswer() {
        askWanted |= kind != Kind.ASK || settings.doubts() != doubtsWhenAsked;
    }

    /** The backend is idle: starts the next errand, if any. */
    void start() {
        if (disabled || kind != Kind.NONE) {
            return;
        }
        if (askWanted) {
            askWanted = false;
            ask();
        } else if (variants.hasToClose()) {
            close();
        } else {
            Variant next = variants.nextWanted();
            if (next != null) {
                prepare(next);
            }
        }
    }

    private void ask() {
        begin(Kind.ASK);
        doubtsWhenAsked = settings.doubts();
        answer = null;
        run(newName(), QUESTION);
        send();
    }

    private void run(byte[] name, byte[] sql) {
        out.parse(name, sql, UNDECLARED).bind(name, name).execute(name).closeStatement(name);
        owe(Reply.To.PARSE, Reply.To.BIND, Reply.To.EXECUTE, Reply.To.CLOSE);
    }

    private void close() {
        begin(Kind.CLOSE);
        for (byte[] name : variants.takeToClose()) {
            out.closeStatement(name);
            owe(Reply.To.CLOSE);
        }
        send();
    }

    private void prepare(Variant variant) {
        begin(Kind.PREPARE);
        preparing = variant;
        variant.state = Variant.State.PREPARING;
        originalName = newName();
        byte[] name = newName();
        variant.name = name;
        int[] types = variant.treatment.parameterTypes().stream().mapToInt(t -> t).toArray();
        run(newName(), HURRY);
        out.parse(originalName, variant.original, variant.declaredTypes)
                .describeStatement(originalName)
                .parse(name, variant.text, types)
                .describeStatement(name)
                .closeStatement(originalName);
        owe(Reply.To.PARSE, Reply.To.DESCRIBE, Reply.To.PARSE, Reply.To.DESCRIBE, Reply.To.CLOSE);
        if (variant.simple) {
            out.closeStatement(name);
            owe(Reply.To.CLOSE);
        }
        send();
    }

    /** Part of the answer to an own Describe came; null bytes: more than can be compared. */
    void described(byte type, byte @Nullable [] bytes, int offset, int length) {
        if (bytes == null) {
            error = "54000";
            descriptions.add(NOTHING);
            return;
        }
        byte[] typed = new byte[length + 1];
        typed[0] = type;
        System.arraycopy(bytes, offset, typed, 1, length);
        descriptions.add(typed);
    }

    /** The row that answers the question came. */
    void row(byte[] bytes, int offset, int length) {
        if (kind != Kind.ASK) {
            return;
        }
        MessageReader in = new MessageReader().over(bytes, offset, length);
        String[] columns = new String[in.int16()];
        for (int i = 0; i < columns.length; i++) {
            int size = in.int32();
            if (size < 0 || size > in.remaining()) {
                return;
            }
            columns[i] =
                    new String(bytes, in.position(), size, java.nio.charset.StandardCharsets.UTF_8);
            in.over(bytes, in.position() + size, in.remaining() - size);
        }
        answer = columns;
    }

    /** One own message before the Sync is answered. */
    void completed() {
        completed++;
    }

    /** An own message failed. */
    void failed(String sqlState) {
        error = sqlState;
    }

    /** The own Sync is answered: the errand is over. */
    void over() {
        Kind done = kind;
        kind = Kind.NONE;
        switch (done) {
            case ASK -> asked();
            case PREPARE -> prepared();
            case CLOSE, NONE -> {}
        }
    }

    private void asked() {
        String[] columns = answer;
        if (error != null || columns == null || columns.length != 5) {
            settings.unanswered();
            mishaps.count(Mishaps.Kind.ASK, error == null ? "no row" : "SQLSTATE " + error);
        } else if (settings.doubts() == doubtsWhenAsked) {
            boolean plain = !columns[3].equals("serializable") && columns[4].equals("f");
            settings.answered(columns[0], columns[1], columns[2], plain);
        }
    }

    private void prepared() {
        Variant variant = preparing;
        preparing = null;
        if (variant == null || variant.state != Variant.State.PREPARING) {
            variants.close(originalName);
            return;
        }
        if (error == null && sameShape()) {
            variant.state = Variant.State.READY;
            return;
        }
        variant.state = Variant.State.FAILED;
        variants.close(originalName);
        byte[] name = variant.name;
        if (name != null) {
            variants.close(name);
        }
        explain(variant);
        descriptions.clear();
    }

    private void explain(Variant variant) {
        long suggestion = variant.treatment.flag().suggestion();
        if (error == null) {
            effects.refuse(
                    suggestion, "PostgreSQL describes another result or other parameters for it");
        } else if (completed >= HURRIED + 2 && speaksOfTheStatement(error)) {
            effects.refuse(suggestion, "PostgreSQL refuses to prepare it: SQLSTATE " + error);
        } else {
            mishaps.count(Mishaps.Kind.PREPARE, "SQLSTATE " + error);
            variant.patience = Variant.PATIENCE;
        }
    }

    /** Syntax, access, data and unsupported features; not time-outs, shortages or shutdowns. */
    private static boolean speaksOfTheStatement(String sqlState) {
        return sqlState.startsWith("42") || sqlState.startsWith("22") || sqlState.startsWith("0A");
    }

    /**
     * Two answers to Describe of a statement, each ParameterDescription and then RowDescription or
     * NoData: byte for byte the same, table and column numbers included.
     */
    private boolean sameShape() {
        boolean same =
                descriptions.size() == 4
                        && Arrays.equals(descriptions.get(0), descriptions.get(2))
                        && Arrays.equals(descriptions.get(1), descriptions.get(3))
                        && descriptions.get(0)[0] == Backend.PARAMETER_DESCRIPTION;
        descriptions.clear();
        return same;
    }

    private void begin(Kind newKind) {
        kind = newKind;
        completed = 0;
        error = null;
        descriptions.clear();
        out.clear();
    }

    private void owe(Reply.To... replies) {
        for (Reply.To to : replies) {
            ledger.add(to, true);
        }
    }

    private void send() {
        out.sync();
        ledger.add(Reply.To.SYNC, true);
        effects.toServer(out);
    }

    private byte[] newName() {
        return (prefix + ++names).getBytes(US_ASCII);
    }
}
