package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Column;
import io.quern.optimizer.ForeignKey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes tiny databases, each from its own few values. The same seed makes the same databases. The
 * first is empty; the next ones are very small, so that what they refute reads easily.
 */
final class Generator {
    private static final int MOST_ROWS = 5;
    private static final int SMALL = 40;

    private final List<CopiedTable> tables;
    private final List<String> parameterTypes;
    private final Pools pools;
    private final int zones;
    private final Set<String> names;
    private final SplittableRandom random;
    private int made;

    /** The few values of each family that one database is made of. */
    private Map<Family, List<String>> few = Map.of();

    private double nulls;

    /**
     * @param parameterTypes as {@code format_type} prints them
     * @param zones how many time zones to choose from
     * @param names the words of the statements: columns not among them vary little
     */
    Generator(
            List<CopiedTable> tables,
            List<String> parameterTypes,
            Pools pools,
            int zones,
            Set<String> names,
            long seed) {
        this.tables = List.copyOf(tables);
        this.parameterTypes = List.copyOf(parameterTypes);
        this.pools = pools;
        this.zones = zones;
        this.names = Set.copyOf(names);
        this.random = new SplittableRandom(seed);
    }

    /** The next database. */
    Sample next() {
        few = choose();
        nulls = new double[] {0, 0.15, 0.4}[random.nextInt(3)];
        List<Sample.Content> contents = new ArrayList<>();
        for (CopiedTable table : tables) {
            List<List<@Nullable String>> rows = rows(table);
            table.references().forEach(key -> refer(key, table, rows, contents));
            contents.add(new Sample.Content(table, rows));
        }
        List<@Nullable String> parameters = new ArrayList<>();
        for (String type : parameterTypes) {
            parameters.add(random.nextInt(12) == 0 ? null : value(type, false));
        }
        made++;
        return new Sample(contents, parameters, random.nextInt(zones), false);
    }

    /** Lets most rows refer to one that is there; those that do not are taken out later. */
    private void refer(
            ForeignKey key,
            CopiedTable table,
            List<List<@Nullable String>> rows,
            List<Sample.Content> contents) {
        Optional<Sample.Content> referenced =
                contents.stream()
                        .filter(c -> c.table().name().equals(key.referencedTable()))
                        .findFirst();
        CopiedTable parent = referenced.map(Sample.Content::table).orElse(table);
        List<List<@Nullable String>> parents = referenced.map(Sample.Content::rows).orElse(rows);
        for (List<@Nullable String> row : rows) {
            boolean some = key.columns().stream().allMatch(c -> row.get(table.place(c)) != null);
            if (some && !parents.isEmpty() && random.nextInt(8) != 0) {
                List<@Nullable String> chosen = parents.get(random.nextInt(parents.size()));
                for (int i = 0; i < key.columns().size(); i++) {
                    row.set(
                            table.place(key.columns().get(i)),
                            chosen.get(parent.place(key.referencedColumns().get(i))));
                }
            }
        }
    }

    /** The plainest value of a type, for shrinking. */
    String plainest(String type) {
        return type.endsWith("[]") ? "{}" : pools.of(type).values().getFirst();
    }

    private Map<Family, List<String>> choose() {
        Map<Family, List<String>> chosen = new EnumMap<>(Family.class);
        pools.candidates()
                .forEach(
                        (family, candidates) -> {
                            List<String> values = new ArrayList<>();
                            int count = 1 + random.nextInt(4);
                            for (int i = 0; i < count; i++) {
                                values.add(candidate(candidates));
                            }
                            List<List<String>> alike = candidates.alike();
                            if (!alike.isEmpty() && random.nextInt(6) == 0) {
                                values.addAll(alike.get(random.nextInt(alike.size())));
                            }
                            chosen.put(family, values);
                        });
        return chosen;
    }

    private String candidate(Pools.Candidates candidates) {
        List<String> edges = candidates.edges();
        return !edges.isEmpty() && random.nextInt(9) == 0
                ? edges.get(random.nextInt(edges.size()))
                : early(candidates.seeds());
    }

    /** Any element, the first ones more often. */
    private String early(List<String> list) {
        double u = random.nextDouble();
        return list.get((int) (list.size() * u * (random.nextBoolean() ? u : 1)));
    }

    private List<List<@Nullable String>> rows(CopiedTable table) {
        int most = made == 0 ? 0 : made < SMALL ? 2 : MOST_ROWS;
        int count = most == 0 ? 0 : random.nextInt(most + 1);
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(i > 0 && random.nextInt(3) == 0 ? like(rows.getLast(), table) : row(table));
        }
        return rows;
    }

    private List<@Nullable String> row(CopiedTable table) {
        List<@Nullable String> row = new ArrayList<>();
        for (Column column : table.columns()) {
            row.add(cell(table, column));
        }
        return row;
    }

    /** A duplicate, but for the keys and sometimes one more column. */
    private List<@Nullable String> like(List<@Nullable String> other, CopiedTable table) {
        List<@Nullable String> row = new ArrayList<>(other);
        int changed = random.nextInt(2 * row.size() + 1);
        for (int i = 0; i < row.size(); i++) {
            Column column = table.columns().get(i);
            if (i == changed || table.keyColumns().contains(column.name())) {
                row.set(i, cell(table, column));
            }
        }
        return row;
    }

    private @Nullable String cell(CopiedTable table, Column column) {
        boolean key = table.keyColumns().contains(column.name());
        if (!column.notNull() && random.nextDouble() < nulls) {
            return null;
        }
        if (!key && !names.contains(column.name()) && random.nextInt(8) != 0) {
            return plainest(column.type());
        }
        return value(column.type(), key);
    }

    /** One of the database's few values; a key needs more of them. */
    private String value(String type, boolean key) {
        if (type.endsWith("[]")) {
            return array(type.substring(0, type.length() - 2));
        }
        Pools.Pool pool = pools.of(type);
        if (random.nextInt(key ? 2 : 12) != 0) {
            List<String> chosen =
                    few.getOrDefault(pool.family(), List.of()).stream()
                            .flatMap(c -> pool.value(c).stream())
                            .toList();
            if (!chosen.isEmpty()) {
                return chosen.get(random.nextInt(chosen.size()));
            }
        }
        return early(pool.values());
    }

    private String array(String elementType) {
        List<String> elements = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            elements.add(random.nextInt(8) == 0 ? "NULL" : quoted(value(elementType, false)));
        }
        return elements.stream().collect(joining(",", "{", "}"));
    }

    private static String quoted(String element) {
        return '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
