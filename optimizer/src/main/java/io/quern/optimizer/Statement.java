package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One SQL text as a client sent it, with its parameter types. It contains the user's literals:
 * never log, store or show {@link #sql} without redaction.
 *
 * @param parameterTypes the type OID of {@code $1}, {@code $2}, …; 0 where neither the client
 *     declared nor PostgreSQL yet resolved it
 */
public record Statement(String sql, List<Integer> parameterTypes) {
    public Statement {
        requireNonNull(sql, "sql");
        parameterTypes = List.copyOf(parameterTypes);
    }

    /** The type OID of a parameter numbered from 1; 0 if unknown. */
    public int parameterType(int number) {
        return number >= 1 && number <= parameterTypes.size() ? parameterTypes.get(number - 1) : 0;
    }

    /** Redacted: the length only. */
    @Override
    public String toString() {
        return "Statement[" + sql.length() + " chars, " + parameterTypes.size() + " parameters]";
    }
}
