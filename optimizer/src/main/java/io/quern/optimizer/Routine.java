package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A function, aggregate or procedure of the user's, or of an extension.
 *
 * @param parameterTypes the OIDs of its input parameters' types
 * @param strict whether a NULL argument makes NULL without calling it
 */
public record Routine(
        QualifiedName name,
        Kind kind,
        List<Integer> parameterTypes,
        int returnType,
        boolean returnsSet,
        boolean strict,
        Volatility volatility) {

    /** What it is called as ({@code prokind}). */
    public enum Kind {
        FUNCTION,
        AGGREGATE,
        WINDOW,
        PROCEDURE
    }

    /** What its author promised ({@code provolatile}). */
    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE
    }

    public Routine {
        requireNonNull(name, "name");
        requireNonNull(kind, "kind");
        parameterTypes = List.copyOf(parameterTypes);
        requireNonNull(volatility, "volatility");
    }
}
