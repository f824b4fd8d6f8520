package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A relation of a catalog.
 *
 * @param oid its {@code pg_class.oid}
 * @param kind ordinary table, view, … (only {@link Kind#TABLE} is a place where rules act so far)
 * @param view what it shows, if it is a view or materialized view
 * @param triggers whether triggers or rules of the user's act on changes of its rows
 * @param subscribed whether logical replication may write it, or a partition or parent of it: what
 *     is applied there is checked by no foreign key. True if that cannot be known
 */
public record Table(
        long oid,
        QualifiedName name,
        Kind kind,
        List<Column> columns,
        List<Index> indexes,
        List<ForeignKey> foreignKeys,
        List<Check> checks,
        List<ExtendedStatistics> extendedStatistics,
        Optional<View> view,
        Inheritance inheritance,
        Security security,
        boolean triggers,
        boolean subscribed,
        Storage storage) {

    /** What kind of relation it is ({@code pg_class.relkind}). */
    public enum Kind {
        TABLE,
        PARTITIONED_TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN_TABLE
    }

    /**
     * A relation's place among those it inherits from or is a partition of.
     *
     * @param parents the direct ones, in order
     * @param hasChildren whether inheritance children or partitions exist: the keys and NOT NULLs
     *     of an ordinary parent do not speak for them
     * @param partition whether it is itself a partition: then it has one parent
     * @param partitionKey how it is partitioned, as {@code pg_get_partkeydef} prints it
     * @param partitionBound which rows a partition holds, such as {@code FOR VALUES IN (1)}
     */
    public record Inheritance(
            List<QualifiedName> parents,
            boolean hasChildren,
            boolean partition,
            Optional<String> partitionKey,
            Optional<String> partitionBound) {
        /** No parent, no child, no partition. */
        public static final Inheritance NONE =
                new Inheritance(List.of(), false, false, Optional.empty(), Optional.empty());

        public Inheritance {
            parents = List.copyOf(parents);
            requireNonNull(partitionKey, "partitionKey");
            requireNonNull(partitionBound, "partitionBound");
        }
    }

    /**
     * Who may see and do what.
     *
     * @param owner the owning role: only it (or a member) may create indexes
     * @param rowSecurity whether row-level security is enabled, forced or not
     * @param rowSecurityForced whether it holds for the owner, too
     */
    public record Security(String owner, boolean rowSecurity, boolean rowSecurityForced) {
        public Security {
            requireNonNull(owner, "owner");
        }
    }

    /**
     * How much there is; no fact to argue from, but for {@code unlogged}.
     *
     * @param unlogged whether a crash empties it
     * @param rows {@code reltuples}, -1 if never analysed
     * @param bytes the heap's size on disk
     * @param writes inserts + updates + deletes since the statistics were reset
     */
    public record Storage(boolean unlogged, double rows, long bytes, long writes) {
        /** Of a logged relation of which nothing was counted. */
        public static final Storage UNKNOWN = new Storage(false, -1, 0, 0);
    }

    public Table {
        requireNonNull(name, "name");
        requireNonNull(kind, "kind");
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        foreignKeys = List.copyOf(foreignKeys);
        checks = List.copyOf(checks);
        extendedStatistics = List.copyOf(extendedStatistics);
        requireNonNull(view, "view");
        requireNonNull(inheritance, "inheritance");
        requireNonNull(security, "security");
        requireNonNull(storage, "storage");
    }

    /** The column of that exact (case-folded) name. */
    public Optional<Column> column(String columnName) {
        return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }

    /**
     * The sets of columns of which no two rows that a query of this relation reads are equal, by
     * the columns' own default equality, nor any two NULL.
     *
     * <p>Each is a unique B-tree that is valid, checked at once, neither partial nor temporal, of
     * plain columns under their default operator class and a deterministic collation, every one NOT
     * NULL (or NULLS NOT DISTINCT). An ordinary table with inheritance children has none, because
     * each child has indexes of its own. A partitioned table's speak for all partitions: PostgreSQL
     * accepts there only what holds across them. A foreign table's rows are not PostgreSQL's.
     */
    public List<Set<String>> keys() {
        boolean whole =
                switch (kind) {
                    case PARTITIONED_TABLE -> true;
                    case TABLE, MATERIALIZED_VIEW -> !inheritance.hasChildren();
                    case VIEW, FOREIGN_TABLE -> false;
                };
        return whole
                ? indexes.stream().filter(this::isKey).map(Table::columnsOf).distinct().toList()
                : List.of();
    }

    private boolean isKey(Index index) {
        return index.unique()
                && index.valid()
                && index.immediate()
                && !index.temporal()
                && index.predicate().isEmpty()
                && index.method().equals("btree")
                && index.keys().stream().allMatch(key -> isKeyPart(key, index.nullsNotDistinct()));
    }

    private boolean isKeyPart(Index.Key key, boolean nullsNotDistinct) {
        return key.defaultOpclass()
                && key.column()
                        .flatMap(this::column)
                        .filter(c -> c.notNull() || nullsNotDistinct)
                        .filter(Column::deterministicCollation)
                        .isPresent();
    }

    private static Set<String> columnsOf(Index index) {
        Set<String> names = new LinkedHashSet<>();
        index.keys().forEach(key -> key.column().ifPresent(names::add));
        return names;
    }

    /** {@link Security#owner}. */
    public String owner() {
        return security.owner();
    }

    /** {@link Security#rowSecurity}. */
    public boolean rowSecurity() {
        return security.rowSecurity();
    }

    /** {@link Inheritance#hasChildren}. */
    public boolean hasChildren() {
        return inheritance.hasChildren();
    }

    /** {@link Storage#rows}. */
    public double rows() {
        return storage.rows();
    }

    /** {@link Storage#bytes}. */
    public long bytes() {
        return storage.bytes();
    }

    /** {@link Storage#writes}. */
    public long writes() {
        return storage.writes();
    }
}
