package io.quern.bench.rewrites;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

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
import java.util.Arrays;

/** Two statements on the same data: how long the server takes for each, and whether rows agree. */
final class Race {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int FETCH = 10_000;

    private final Connection connection;

    Race(Connection connection) {
        this.connection = connection;
    }

    /**
     * Planning and execution in milliseconds, in turns, as {@code EXPLAIN ANALYZE} without per-node
     * timing tells them; a first round is not counted.
     */
    Spread[] run(String one, String other, int rounds) throws SQLException, IOException {
        double[][] times = new double[2][rounds];
        for (int round = -1; round < rounds; round++) {
            double first = millis(round % 2 == 0 ? one : other);
            double second = millis(round % 2 == 0 ? other : one);
            if (round >= 0) {
                times[0][round] = round % 2 == 0 ? first : second;
                times[1][round] = round % 2 == 0 ? second : first;
            }
        }
        return new Spread[] {
            Spread.of(Arrays.stream(times[0])), Spread.of(Arrays.stream(times[1]))
        };
    }

    private double millis(String sql) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) " + sql)) {
            rows.next();
            JsonNode plan = MAPPER.readTree(rows.getString(1)).get(0);
            return plan.get("Planning Time").asDouble() + plan.get("Execution Time").asDouble();
        }
    }

    /** Whether both return the same rows, each as often. */
    boolean sameRows(String one, String other) throws SQLException {
        return Arrays.equals(digest(one), digest(other));
    }

    /** The number of rows, and two sums over their hashes, which do not depend on their order. */
    private long[] digest(String sql) throws SQLException {
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
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return digest;
    }

    private static byte[] length(int length) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    }
}
