package io.quern.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.lex.Lexer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The fingerprint of a statement of a thousand bytes. The goal is five microseconds. */
@State(Scope.Thread)
public class Fingerprinting {
    private static final int LENGTH = 1_000;

    private final Lexer lexer = new Lexer();
    private final byte[] sql = sql();

    private static byte[] sql() {
        StringBuilder text = new StringBuilder();
        text.append("SELECT o.id, o.placed_at, c.name, sum(l.quantity * l.price) AS total");
        text.append(" FROM orders o JOIN customers c ON c.id = o.customer_id");
        text.append(" JOIN order_lines l ON l.order_id = o.id WHERE c.region = 'north'");
        for (int i = 0; text.length() < LENGTH - 90; i++) {
            text.append(" AND (o.state <> 'cancelled' OR l.product_id = ").append(1_000 + i);
            text.append(')');
        }
        text.append(" GROUP BY o.id, o.placed_at, c.name ORDER BY total DESC LIMIT 20");
        while (text.length() < LENGTH) {
            text.append(' ');
        }
        return text.toString().getBytes(UTF_8);
    }

    @Benchmark
    public long kilobyte() {
        try {
            return lexer.lex(sql, 0, sql.length, true) ? lexer.fingerprint() : 0;
        } finally {
            lexer.release();
        }
    }
}
