package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Column;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * A tiny database with the parameters both statements get. Values are in PostgreSQL's text form.
 *
 * @param zone index of the session's time zone in the hunt's list
 * @param exact whether all rows are to be there; else those that a key forbids are left out
 */
record Sample(List<Content> contents, List<@Nullable String> parameters, int zone, boolean exact) {
    /** As often as there are rows in a table. */
    private static final int CIRCLES = 5;

    Sample {
        contents = List.copyOf(contents);
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /** A table's rows; a value for every column in each. */
    record Content(CopiedTable table, List<List<@Nullable String>> rows) {
        public Content {
            rows = List.copyOf(rows);
        }

        /**
         * One statement that inserts some of the rows. Unless all are to be there, those that a
         * condition forbids are left out.
         */
        private String insert(List<List<@Nullable String>> some, boolean exact) {
            List<Column> given = table.given();
            String columns =
                    given.stream()
                            .map(Column::name)
                            .map(QualifiedName::quote)
                            .collect(joining(", "));
            boolean plain = exact || table.conditions().isEmpty();
            StringJoiner tuples = new StringJoiner(", ");
            for (List<@Nullable String> row : some) {
                List<@Nullable String> values = values(row);
                boolean typed = !plain && tuples.length() == 0;
                tuples.add(typed ? typed(given, values) : tuple(values));
            }
            String into =
                    "INSERT INTO "
                            + table.name().quoted()
                            + " ("
                            + columns
                            + ")"
                            + (given.stream().anyMatch(Content::isIdentity)
                                    ? " OVERRIDING SYSTEM VALUE "
                                    : " ");
            if (plain) {
                return into + "VALUES " + tuples + (exact ? "" : " ON CONFLICT DO NOTHING");
            }
            return into
                    + "SELECT * FROM (VALUES "
                    + tuples
                    + ") AS "
                    + QualifiedName.quote(table.name().name())
                    + " ("
                    + columns
                    + ") WHERE "
                    + table.conditions().stream()
                            .map(c -> "(" + c + ") IS NOT FALSE")
                            .collect(joining(" AND "))
                    + " ON CONFLICT DO NOTHING";
        }

        private static boolean isIdentity(Column column) {
            return column.origin() == Column.Origin.IDENTITY_ALWAYS;
        }

        /** What is given of a row. */
        private List<@Nullable String> values(List<@Nullable String> row) {
            List<@Nullable String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                if (!CopiedTable.isGenerated(table.columns().get(i))) {
                    values.add(row.get(i));
                }
            }
            return values;
        }

        /** The first of several rows says the types of all. */
        private static String typed(List<Column> columns, List<@Nullable String> row) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                String value = row.get(i);
                cells.add(
                        (value == null ? "NULL" : Literals.quote(value))
                                + "::"
                                + columns.get(i).type());
            }
            return "(" + String.join(", ", cells) + ")";
        }
    }

    int rows() {
        return contents.stream().mapToInt(c -> c.rows().size()).sum();
    }

    /** The statements that fill the tables. */
    List<String> inserts() {
        return contents.stream()
                .filter(c -> !c.rows().isEmpty() && !c.table().given().isEmpty())
                .map(c -> c.insert(c.rows(), exact))
                .toList();
    }

    /**
     * The statements that take out the rows whose foreign keys refer to none. Where tables refer to
     * each other in a circle, taking one out may orphan another: so they are said more than once.
     */
    List<String> cleaning() {
        List<String> once = new ArrayList<>();
        Set<QualifiedName> seen = new HashSet<>();
        boolean circle = false;
        for (Content content : contents) {
            for (ForeignKey key : content.table().references()) {
                circle |= !seen.contains(key.referencedTable());
                once.add(orphans(content.table().name(), key));
            }
            seen.add(content.table().name());
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < (circle ? CIRCLES : 1); i++) {
            all.addAll(once);
        }
        return all;
    }

    private static String orphans(QualifiedName table, ForeignKey key) {
        StringJoiner given = new StringJoiner(" AND ");
        StringJoiner matching = new StringJoiner(" AND ");
        for (int i = 0; i < key.columns().size(); i++) {
            String column = "r." + QualifiedName.quote(key.columns().get(i));
            String referenced = "p." + QualifiedName.quote(key.referencedColumns().get(i));
            given.add(column + " IS NOT NULL");
            matching.add(referenced + " = " + column);
        }
        String condition =
                key.match() == ForeignKey.Match.FULL
                        ? "NOT (" + given.toString().replace("NOT NULL", "NULL") + ")"
                        : given.toString();
        return "DELETE FROM ONLY "
                + table.quoted()
                + " r WHERE "
                + condition
                // a foreign key does not see rows of what inherits from the table
                + " AND NOT EXISTS (SELECT FROM ONLY "
                + key.referencedTable().quoted()
                + " p WHERE "
                + matching
                + ")";
    }

    /** {@code (a, b)} for EXECUTE; empty without parameters. */
    String arguments() {
        return parameters.isEmpty() ? "" : tuple(parameters);
    }

    static String tuple(List<@Nullable String> values) {
        return values.stream()
                .map(v -> v == null ? "NULL" : Literals.quote(v))
                .collect(joining(", ", "(", ")"));
    }

    Sample with(int content, List<List<@Nullable String>> rows) {
        List<Content> changed = new ArrayList<>(contents);
        changed.set(content, new Content(contents.get(content).table(), rows));
        return new Sample(changed, parameters, zone, exact);
    }

    Sample withParameter(int index, @Nullable String value) {
        List<@Nullable String> changed = new ArrayList<>(parameters);
        changed.set(index, value);
        return new Sample(contents, changed, zone, exact);
    }

    /** The same database with its rows inserted the other way round. */
    Sample reversed() {
        return reordered(List::reversed);
    }

    /** The same database with the first row of each table inserted last. */
    Sample rotated() {
        return reordered(
                rows -> {
                    List<List<@Nullable String>> rotated = new ArrayList<>(rows);
                    Collections.rotate(rotated, -1);
                    return rotated;
                });
    }

    /** The same database with the rows of each table inserted in an order that a number decides. */
    Sample shuffled(int number) {
        return reordered(
                rows -> {
                    List<List<@Nullable String>> shuffled = new ArrayList<>(rows);
                    Collections.shuffle(shuffled, new Random(number));
                    return shuffled;
                });
    }

    private Sample reordered(UnaryOperator<List<List<@Nullable String>>> order) {
        List<Content> changed = new ArrayList<>();
        contents.forEach(c -> changed.add(new Content(c.table(), order.apply(c.rows()))));
        return new Sample(changed, parameters, zone, exact);
    }

    /** One statement for each row, in the order of the tables. */
    List<String> insertsByRow() {
        return contents.stream()
                .filter(c -> !c.table().given().isEmpty())
                .flatMap(c -> c.rows().stream().map(row -> c.insert(List.of(row), exact)))
                .toList();
    }

    /**
     * The database without the rows that a key forbids.
     *
     * @param inserted for each statement of {@link #insertsByRow}, whether it inserted its row
     */
    Sample survivors(List<Boolean> inserted) {
        List<Content> kept = new ArrayList<>();
        int at = 0;
        for (Content content : contents) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            for (List<@Nullable String> row : content.rows()) {
                if (!content.table().given().isEmpty() && inserted.get(at++)) {
                    rows.add(row);
                }
            }
            kept.add(new Content(content.table(), rows));
        }
        return new Sample(kept, parameters, zone, true);
    }
}
