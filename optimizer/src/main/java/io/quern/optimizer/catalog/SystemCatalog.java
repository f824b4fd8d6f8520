package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the server that reads statements says its object identifiers mean: functions, operators,
 * types, relations. Immutable; read with {@link SystemCatalogQuery}.
 */
public record SystemCatalog(
        Map<Long, Function> functions,
        Map<Long, Operator> operators,
        Map<Long, Type> types,
        Map<Long, Relation> relations) {

    /** Whether a function answers the same each time ({@code pg_proc.provolatile}). */
    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE
    }

    /** A function, aggregate or window function. */
    public record Function(
            QualifiedName name,
            List<Integer> arguments,
            int result,
            Volatility volatility,
            boolean strict,
            boolean set) {
        public Function {
            requireNonNull(name, "name");
            arguments = List.copyOf(arguments);
            requireNonNull(volatility, "volatility");
        }

        /** Whether it came with PostgreSQL and is called so. */
        public boolean is(String builtIn) {
            return name.schema().equals(PG_CATALOG) && name.name().equals(builtIn);
        }

        /** Whether it came with PostgreSQL and takes exactly these types. */
        public boolean is(String builtIn, Integer... types) {
            return is(builtIn) && arguments.equals(List.of(types));
        }
    }

    /**
     * An operator.
     *
     * @param left 0 for a prefix operator
     * @param families the B-tree families it belongs to, with its strategy there (3 is equality)
     */
    public record Operator(
            QualifiedName name,
            int left,
            int right,
            int result,
            long function,
            Map<Long, Integer> families) {
        public Operator {
            requireNonNull(name, "name");
            families = Map.copyOf(families);
        }

        /** Whether it came with PostgreSQL and is written so. */
        public boolean is(String builtIn) {
            return name.schema().equals(PG_CATALOG) && name.name().equals(builtIn);
        }

        /** Whether it came with PostgreSQL and takes exactly these types. */
        public boolean is(String builtIn, int leftType, int rightType) {
            return is(builtIn) && left == leftType && right == rightType;
        }

        /** Whether it is what a B-tree calls equality. */
        public boolean isEquality() {
            return families.containsValue(3);
        }
    }

    /**
     * A type.
     *
     * @param kind {@code pg_type.typtype}: {@code b} base, {@code d} domain, {@code e} enum, …
     * @param base what a domain is over, else 0
     * @param element of a true array, else 0
     * @param array the type of arrays of it, else 0
     * @param family the B-tree operator family of its default operator class, 0 if it has none
     * @param hashable whether it has a default hash operator class
     */
    public record Type(
            QualifiedName name,
            char kind,
            int base,
            int element,
            int array,
            long family,
            boolean hashable) {
        public Type {
            requireNonNull(name, "name");
        }

        /** Whether it has a default B-tree operator class. */
        public boolean sortable() {
            return family != 0;
        }
    }

    /** A relation and its columns' names by number. */
    public record Relation(QualifiedName name, Map<Integer, String> columns) {
        public Relation {
            requireNonNull(name, "name");
            columns = Map.copyOf(columns);
        }
    }

    static final String PG_CATALOG = "pg_catalog";

    public SystemCatalog {
        functions = Map.copyOf(functions);
        operators = Map.copyOf(operators);
        types = Map.copyOf(types);
        relations = Map.copyOf(relations);
    }

    public Optional<Function> function(long oid) {
        return Optional.ofNullable(functions.get(oid));
    }

    public Optional<Operator> operator(long oid) {
        return Optional.ofNullable(operators.get(oid));
    }

    public Optional<Type> type(long oid) {
        return Optional.ofNullable(types.get(oid));
    }

    public Optional<Relation> relation(long oid) {
        return Optional.ofNullable(relations.get(oid));
    }
}
