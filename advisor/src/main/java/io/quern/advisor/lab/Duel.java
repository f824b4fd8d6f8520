package io.quern.advisor.lab;

import io.quern.advisor.lab.Answer.Failure;
import io.quern.advisor.lab.Answer.Rows;
import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the two statements of a hunt on one tiny database after another. Everything happens in a
 * transaction that is rolled back: the rows are put in, then it is made read-only, then both
 * statements run, prepared. Normally all of that is one message to the server.
 */
final class Duel {
    static final String BEFORE = "quern_before";
    static final String AFTER = "quern_after";

    /** Rows rolled back stay in their pages: beyond this many databases, the files are emptied. */
    private static final int ROUNDS_PER_TRUNCATION = 250;

    /** Settings under which PostgreSQL plans quite differently, one list per plan. */
    private static final List<List<String>> PLANS =
            List.of(
                    List.of("enable_hashagg", "enable_hashjoin", "enable_material"),
                    List.of("enable_sort", "enable_nestloop", "enable_mergejoin"));

    private static final int SHUFFLES = 10;

    private final LabServer.Arena arena;
    private final List<String> tables;
    private final List<String> zones;
    private int rounds;

    /** The statements must be prepared already, once for each zone, in the arena's player. */
    Duel(LabServer.Arena arena, List<CopiedTable> tables, List<String> zones) {
        this.arena = arena;
        this.tables = tables.stream().map(t -> t.name().quoted()).toList();
        this.zones = List.copyOf(zones);
    }

    /** What both returned. */
    record Round(Answer before, Answer after) {

        /** Whether the second returned other rows, or failed where the first did not. */
        boolean differs(boolean ordered) {
            return switch (before) {
                case Failure _ -> false;
                case Rows first ->
                        switch (after) {
                            case Failure failure -> !failure.exhausted();
                            case Rows second ->
                                    ordered ? !first.sameOrder(second) : !first.sameRows(second);
                        };
            };
        }
    }

    /**
     * Runs both.
     *
     * @throws SQLException if the database itself could not be made
     */
    Round run(Sample sample) throws SQLException {
        emptyFiles();
        List<String> script = new ArrayList<>(setUp(sample, List.of()));
        script.add(execute(BEFORE, sample));
        script.add(execute(AFTER, sample));
        script.add("ROLLBACK");
        try (Statement statement = statement()) {
            List<Rows> results = results(statement, script);
            if (results.size() == 2) {
                return new Round(results.get(0), results.get(1));
            }
        } catch (SQLException e) {
            rollback(e);
        }
        return runApart(sample);
    }

    /** One statement at a time, so that either may fail. */
    private Round runApart(Sample sample) throws SQLException {
        try (Statement statement = statement()) {
            List<String> script = new ArrayList<>(setUp(sample, List.of()));
            script.add("SAVEPOINT duel");
            statement.execute(String.join(";", script));
            Answer before = answer(statement, execute(BEFORE, sample));
            statement.execute("ROLLBACK TO duel");
            Answer after = answer(statement, execute(AFTER, sample));
            statement.execute("ROLLBACK");
            return new Round(before, after);
        } catch (SQLException e) {
            rollback(e);
            throw e;
        }
    }

    /**
     * Whether the original returns the same each time, whatever order the rows were inserted in and
     * however PostgreSQL plans it: only then does another result speak against the rewrite.
     *
     * @param sample an exact one: with a conflict, another order would leave other rows
     * @param first what it returned
     */
    boolean deterministic(Sample sample, Rows first, boolean ordered) throws SQLException {
        return same(sample, List.of(), first, ordered)
                && same(sample.reversed(), List.of(), first, ordered)
                && same(sample.rotated(), List.of(), first, ordered)
                && same(sample.rotated().reversed(), PLANS.get(0), first, ordered)
                && same(sample, PLANS.get(1), first, ordered)
                && sameShuffled(sample, first, ordered);
    }

    /** Ties that read the same backwards show in some other order. */
    private boolean sameShuffled(Sample sample, Rows first, boolean ordered) throws SQLException {
        for (int number = 0; number < SHUFFLES; number++) {
            if (!same(sample.shuffled(number), List.of(), first, ordered)) {
                return false;
            }
        }
        return true;
    }

    /** The database as it really is once the rows that a key forbids are left out. */
    Sample exact(Sample sample) throws SQLException {
        if (sample.exact()) {
            return sample;
        }
        List<Boolean> inserted = new ArrayList<>();
        try (Statement statement = statement()) {
            statement.execute("BEGIN");
            statement.execute("SET LOCAL TimeZone = " + Literals.quote(zones.get(sample.zone())));
            for (String insert : sample.insertsByRow()) {
                inserted.add(statement.executeUpdate(insert) == 1);
            }
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            rollback(e);
            throw e;
        }
        return sample.survivors(inserted);
    }

    /** Whether the original, run once more on the same database, returns the same. */
    boolean repeats(Sample sample, Rows first) throws SQLException {
        return same(sample, List.of(), first, false);
    }

    private boolean same(Sample sample, List<String> disabled, Rows first, boolean ordered)
            throws SQLException {
        emptyFiles();
        List<String> script = new ArrayList<>(setUp(sample, disabled));
        script.add(execute(BEFORE, sample));
        script.add("ROLLBACK");
        try (Statement statement = statement()) {
            List<Rows> results = results(statement, script);
            return results.size() == 1
                    && (ordered
                            ? first.sameOrder(results.getFirst())
                            : first.sameRows(results.getFirst()));
        } catch (SQLException e) {
            rollback(e);
            return false;
        }
    }

    private List<String> setUp(Sample sample, List<String> disabled) {
        List<String> script = new ArrayList<>();
        script.add("BEGIN");
        script.add("SET LOCAL TimeZone = " + Literals.quote(zones.get(sample.zone())));
        if (!disabled.isEmpty()) {
            script.add("SET LOCAL plan_cache_mode = force_custom_plan");
            disabled.forEach(setting -> script.add("SET LOCAL " + setting + " = off"));
        }
        script.addAll(sample.inserts());
        script.addAll(sample.cleaning());
        script.add("SET TRANSACTION READ ONLY");
        return script;
    }

    private static String execute(String name, Sample sample) {
        return "EXECUTE " + QualifiedName.quote(name + sample.zone()) + " " + sample.arguments();
    }

    private static List<Rows> results(Statement statement, List<String> script)
            throws SQLException {
        List<Rows> results = new ArrayList<>();
        boolean rows = statement.execute(String.join(";", script));
        while (rows || statement.getUpdateCount() != -1) {
            if (rows) {
                try (ResultSet result = statement.getResultSet()) {
                    results.add(Rows.of(result));
                }
            }
            rows = statement.getMoreResults();
        }
        return results;
    }

    private static Answer answer(Statement statement, String execute) {
        try (ResultSet result = statement.executeQuery(execute)) {
            return Rows.of(result);
        } catch (SQLException e) {
            return Failure.of(e);
        }
    }

    private Statement statement() throws SQLException {
        Statement statement = arena.player().createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    /** Leaves the failed transaction, unless the connection is gone. */
    private void rollback(SQLException failure) throws SQLException {
        try (Statement statement = statement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException gone) {
            failure.addSuppressed(gone);
            throw failure;
        }
    }

    private void emptyFiles() throws SQLException {
        if (++rounds % ROUNDS_PER_TRUNCATION == 0 && !tables.isEmpty()) {
            LabServer.execute(arena.player(), List.of("TRUNCATE " + String.join(", ", tables)));
        }
    }
}
