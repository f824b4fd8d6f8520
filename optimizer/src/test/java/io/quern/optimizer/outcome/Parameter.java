package io.quern.optimizer.outcome;

import org.jspecify.annotations.Nullable;

/** A parameter's type by name ({@code unknown} if it is not declared), and its value as text. */
public record Parameter(String type, @Nullable String value) {

    /** As EXECUTE takes it. */
    String literal() {
        return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
    }
}
