package io.quern.bench.rewrites;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;
import io.quern.bench.result.Spread;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Statements on the same data: how long the server takes for each, and whether their rows agree.
 *
 * <p>None runs longer than the limit. One that was stopped once is not run again: of its time it is
 * known that it is longer, of its rows nothing.
 */
public final class Race {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int FETCH = 10_000;
    private static final String STOPPED = "57014";

    private final Connection connection;
    private final Duration limit;

    /** On a connection whose {@code statement_timeout} it sets; the caller closes it. */
    public Race(Connection connection, Duration limit) throws SQLException {
        this.connection = requireNonNull(connection, "connection");
        this.limit = requireNonNull(limit, "limit");
        execute("SET statement_timeout = " + limit.toMillis());
    }

    /**
     * Times all in turns; a first round is not counted.
     *
     * @return one for each form
     */
    public List<Time> run(List<String> forms, int rounds) throws SQLException, IOException {
        List<Runner> runners = forms.stream().map(Runner::new).toList();
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < runners.size(); i++) {
                runners.get((round + i) % runners.size()).lap(round > 0);
            }
        }
        return runners.stream().map(Runner::time).toList();
    }

    private final class Runner {
        private final String sql;
        private final List<Double> laps = new ArrayList<>();
        private boolean stopped;

        Runner(String sql) {
            this.sql = sql;
        }

        void lap(boolean counts) throws SQLException, IOException {
            if (stopped) {
                return;
            }
            try {
                double millis = millis(sql);
                if (counts) {
                    laps.add(millis);
                }
            } catch (SQLException e) {
                stopped = stopped(e);
            }
        }

        Time time() {
            double bound = limit.toMillis();
            return stopped
                    ? new Time(new Spread(bound, bound, bound), true)
                    : new Time(Spread.of(laps.stream().mapToDouble(d -> d)), false);
        }
    }

    /** True if it ran into the limit; any other failure goes on. */
    private static boolean stopped(SQLException e) throws SQLException {
        if (STOPPED.equals(e.getSQLState())) {
            return true;
        }
        throw e;
    }

    /**
     * Parsing as seen from here, which counts for long statements, and planning and execution as
     * {@code EXPLAIN ANALYZE} without per-node timing tells them; the rows do not travel.
     */
    private double millis(String sql) throws SQLException, IOException {
        long start = System.nanoTime();
        execute("PREPARE race AS " + sql);
        double parsing = (System.nanoTime() - start) / 1e6;
        execute("DEALLOCATE race");
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) " + sql)) {
            rows.next();
            JsonNode plan = MAPPER.readTree(rows.getString(1)).get(0);
            return parsing
                    + plan.get("Planning Time").asDouble()
                    + plan.get("Execution Time").asDouble();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Whether others return the rows of the first, each as often.
     *
     * @param forms the original first
     * @param times theirs; a form that was stopped is not run again
     * @return one for each form but the original
     */
    public List<Rows> compare(List<String> forms, List<Time> times) throws SQLException {
        List<Optional<long[]>> digests = new ArrayList<>();
        for (int i = 0; i < forms.size(); i++) {
            boolean alone = i == 0 ? forms.size() == 1 : digests.getFirst().isEmpty();
            digests.add(alone || times.get(i).stopped() ? Optional.empty() : digest(forms.get(i)));
        }
        Optional<long[]> original = digests.getFirst();
        return digests.stream().skip(1).map(other -> compare(original, other)).toList();
    }

    private static Rows compare(Optional<long[]> one, Optional<long[]> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Rows.NOT_COMPARED;
        }
        return Arrays.equals(one.get(), other.get()) ? Rows.SAME : Rows.OTHER;
    }

    /**
     * The number of rows, and two sums over their hashes, which do not depend on their order; empty
     * if the statement was stopped.
     */
    private Optional<long[]> digest(String sql) throws SQLException {
        long[] digest = new long[3];
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery(sql)) {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    for (int i = 1; i <= columns; i++) {
                        String value = rows.getString(i);
                        byte[] bytes =
                                value == null ? null : value.getBytes(StandardCharsets.UTF_8);
                        sha.update(length(bytes == null ? -1 : bytes.length));
                        if (bytes != null) {
                            sha.update(bytes);
                        }
                    }
                    ByteBuffer hash = ByteBuffer.wrap(sha.digest());
                    digest[0]++;
                    digest[1] += hash.getLong();
                    digest[2] += hash.getLong();
                }
            }
            return Optional.of(digest);
        } catch (SQLException e) {
            stopped(e);
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static byte[] length(int length) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    }
}
