package io.quern.proxy.tuning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Flag;
import io.quern.advisor.PlannerSettings;
import io.quern.advisor.Treatment;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.lex.Lexer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gate whose treatments a test writes down: exact text in, exact text out. */
public final class ScriptedGate implements Gate {

    private record Script(String variant, Treatment treatment) {}

    private record Seen(SessionKey key, String sql, List<Integer> types) {}

    private final Map<Seen, KnownStatement> known = new ConcurrentHashMap<>();
    private final Map<KnownStatement, String> texts = new ConcurrentHashMap<>();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<SessionKey> keys = new CopyOnWriteArrayList<>();
    private volatile boolean enabled = true;
    private volatile boolean broken;
    private volatile boolean treats = true;

    /** From now on a text runs as another one; its parameters have these types. */
    public Treatment treat(long suggestion, String sql, String variant, Integer... types) {
        Treatment treatment =
                new Treatment(new Flag(suggestion), List.of(), List.of(), List.of(types));
        scripts.put(sql, new Script(variant, treatment));
        return treatment;
    }

    /** From now on a text is planned under settings, and runs as another one. */
    public Treatment steer(
            long suggestion,
            String sql,
            String variant,
            boolean executorSafe,
            Map<String, String> settings,
            Integer... types) {
        Treatment treatment =
                new Treatment(
                        new Flag(suggestion),
                        List.of(),
                        List.of(),
                        List.of(types),
                        PlannerSettings.of(settings),
                        executorSafe);
        scripts.put(sql, new Script(variant, treatment));
        return treatment;
    }

    /** The kill switch. */
    public void enabled(boolean on) {
        enabled = on;
    }

    /** Whether chance gives treatments or controls. */
    public void treats(boolean on) {
        treats = on;
    }

    /** Throws from every method. */
    public void broken(boolean now) {
        broken = now;
    }

    /** The keys under which statements were recognised. */
    public List<SessionKey> keys() {
        return List.copyOf(keys);
    }

    @Override
    public KnownStatement recognise(
            SessionKey key, byte[] sql, int offset, int length, int[] parameterTypes) {
        breakIfToldTo();
        String text = new String(sql, offset, length, UTF_8);
        List<Integer> types = new ArrayList<>();
        for (int type : parameterTypes) {
            types.add(type);
        }
        keys.add(key);
        KnownStatement statement =
                known.computeIfAbsent(
                        new Seen(key, text, types),
                        seen ->
                                new KnownStatement(
                                        fingerprint(text), traits(text), single(text), true, null));
        texts.put(statement, text);
        return statement;
    }

    /** The fingerprint this gate gives a text. */
    public static Fingerprint fingerprint(String sql) {
        return new Fingerprint(sql.hashCode());
    }

    private static Traits traits(String sql) {
        byte[] bytes = sql.getBytes(UTF_8);
        Lexer lexer = new Lexer();
        return lexer.lex(bytes, 0, bytes.length, true) ? Traits.of(lexer) : Traits.UNREAD;
    }

    private static boolean single(String sql) {
        int semicolon = sql.strip().indexOf(';');
        return semicolon < 0 || semicolon == sql.strip().length() - 1;
    }

    @Override
    public @Nullable Treatment treatment(KnownStatement statement) {
        breakIfToldTo();
        Script script = scripts.get(texts.getOrDefault(statement, ""));
        return enabled && script != null ? script.treatment() : null;
    }

    @Override
    public byte @Nullable [] apply(
            Treatment treatment, SessionKey key, byte[] sql, int offset, int length) {
        breakIfToldTo();
        Script script = scripts.get(new String(sql, offset, length, UTF_8));
        return script == null ? null : script.variant().getBytes(UTF_8);
    }

    @Override
    public boolean draw(Treatment treatment) {
        breakIfToldTo();
        return treats;
    }

    private void breakIfToldTo() {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
    }
}
