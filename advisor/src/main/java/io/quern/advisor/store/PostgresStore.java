package io.quern.advisor.store;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Store;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import org.jdbi.v3.core.Handle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * The store in schema {@code quern} of a PostgreSQL database.
 *
 * <p>It opens itself at its first use, migrates the schema, and comes back by itself when the
 * server does. Its connections carry the application name {@code quern-store}, a fixed {@code
 * search_path} and time-outs. Several proxies may share it.
 */
public final class PostgresStore implements Store, AutoCloseable {
    private static final String COLUMNS =
            "id, database, fingerprint, template, proposal::text as proposal,"
                    + " evidence::text as evidence, state, reason, created_at, changed_at";

    private final Connector connector;
    private final HistoryTable history = new HistoryTable(UUID.randomUUID());

    /**
     * @param url a JDBC URL of PostgreSQL
     * @param properties user, password and other properties of the driver
     */
    public PostgresStore(String url, Properties properties) {
        this(url, properties, Duration.ofSeconds(15));
    }

    /**
     * @param longestPause the longest pause between two attempts to open
     */
    PostgresStore(String url, Properties properties, Duration longestPause) {
        this(
                new Connector(
                        new Opening(requireNonNull(url, "url"), properties, true)::open,
                        longestPause));
    }

    private PostgresStore(Connector connector) {
        this.connector = connector;
    }

    /**
     * Opens a store that someone made before, at once, for one short use: it does not come back
     * after a failure.
     *
     * @throws StoreUnavailable if there is none or it cannot be used
     */
    public static PostgresStore existing(String url, Properties properties) {
        HikariDataSource pool = new Opening(requireNonNull(url, "url"), properties, false).open();
        return new PostgresStore(new Connector(() -> pool, Duration.ofSeconds(15)));
    }

    /** Why the store cannot be used now, one line with the exact remedy where there is one. */
    public Optional<String> problem() {
        return connector.problem();
    }

    @Override
    public void close() {
        connector.close();
    }

    @Override
    public List<Suggestion> suggestions() {
        return connector.call(
                h ->
                        h.createQuery("select " + COLUMNS + " from quern.suggestion order by id")
                                .map((row, context) -> suggestion(row))
                                .list());
    }

    @Override
    public Optional<Suggestion> propose(Suggestion suggestion, AuditEntry entry) {
        return connector.call(
                h -> {
                    Optional<Suggestion> stored = insert(h, suggestion).map(suggestion::withId);
                    stored.ifPresent(s -> insert(h, about(entry, s.id())));
                    return stored;
                });
    }

    @Override
    public void update(Suggestion suggestion, AuditEntry entry) {
        connector.call(
                h -> {
                    int rows =
                            h.createUpdate(
                                            "update quern.suggestion set state = :state,"
                                                    + " reason = :reason,"
                                                    + " evidence = :evidence::jsonb,"
                                                    + " changed_at = :changedAt where id = :id")
                                    .bind("state", suggestion.state().name())
                                    .bind("reason", suggestion.reason())
                                    .bind("evidence", Documents.write(suggestion.evidence()))
                                    .bind("changedAt", time(suggestion.changedAt()))
                                    .bind("id", suggestion.id())
                                    .execute();
                    present(rows, suggestion.id());
                    insert(h, entry);
                    return rows;
                });
    }

    @Override
    public void updateEvidence(Suggestion suggestion) {
        connector.call(
                h -> {
                    int rows =
                            h.createUpdate(
                                            "update quern.suggestion"
                                                    + " set evidence = :evidence::jsonb"
                                                    + " where id = :id")
                                    .bind("evidence", Documents.write(suggestion.evidence()))
                                    .bind("id", suggestion.id())
                                    .execute();
                    return present(rows, suggestion.id());
                });
    }

    @Override
    public boolean killed() {
        return connector.call(
                h ->
                        h.createQuery("select killed from quern.kill_switch")
                                .mapTo(Boolean.class)
                                .findOne()
                                .orElse(false));
    }

    @Override
    public void setKilled(boolean killed, AuditEntry entry) {
        connector.call(
                h -> {
                    int rows =
                            h.createUpdate(
                                            "insert into quern.kill_switch (single, killed)"
                                                    + " values (true, :killed) on conflict (single)"
                                                    + " do update set killed = excluded.killed")
                                    .bind("killed", killed)
                                    .execute();
                    insert(h, entry);
                    return rows;
                });
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        return connector.call(
                h ->
                        h.createQuery(
                                        "select at, actor, action, suggestion, detail"
                                                + " from quern.audit order by id desc limit :limit")
                                .bind("limit", limit)
                                .map((row, context) -> entry(row))
                                .list());
    }

    @Override
    public void append(List<HistoryRow> rows) {
        if (!rows.isEmpty()) {
            connector.call(h -> history.append(h, rows));
        }
    }

    @Override
    public List<HistoryRow> history(Instant since) {
        return connector.call(h -> history.since(h, since));
    }

    @Override
    public int forget(Instant before) {
        return connector.call(h -> history.forget(h, before));
    }

    private static Optional<Long> insert(Handle h, Suggestion s) {
        return h.createQuery(
                        "insert into quern.suggestion (database, fingerprint, template, kind,"
                                + " identity_digest, proposal, evidence, state, reason,"
                                + " created_at, changed_at) values (:database, :fingerprint,"
                                + " :template, :kind, :identity, :proposal::jsonb,"
                                + " :evidence::jsonb, :state, :reason, :createdAt, :changedAt)"
                                + " on conflict (database, fingerprint, kind, identity_digest)"
                                + " do nothing returning id")
                .bind("database", s.database())
                .bind("fingerprint", s.template().fingerprint().value())
                .bind("template", s.template().text())
                .bind("kind", s.proposal().kind())
                .bind("identity", digest(s.proposal().identity()))
                .bind("proposal", Documents.write(s.proposal()))
                .bind("evidence", Documents.write(s.evidence()))
                .bind("state", s.state().name())
                .bind("reason", s.reason())
                .bind("createdAt", time(s.createdAt()))
                .bind("changedAt", time(s.changedAt()))
                .mapTo(Long.class)
                .findOne();
    }

    private static void insert(Handle h, AuditEntry entry) {
        h.createUpdate(
                        "insert into quern.audit (at, actor, action, suggestion, detail)"
                                + " values (:at, :actor, :action, :suggestion, :detail)")
                .bind("at", time(entry.at()))
                .bind("actor", entry.actor())
                .bind("action", entry.action())
                .bind("suggestion", entry.suggestion())
                .bind("detail", entry.detail())
                .execute();
    }

    private static AuditEntry about(AuditEntry entry, long id) {
        return new AuditEntry(entry.at(), entry.actor(), entry.action(), id, entry.detail());
    }

    private static int present(int rows, long id) {
        if (rows == 0) {
            throw new IllegalArgumentException("no suggestion of id " + id);
        }
        return rows;
    }

    private static Suggestion suggestion(ResultSet row) throws SQLException {
        return new Suggestion(
                row.getLong("id"),
                row.getString("database"),
                new Template(
                        new Fingerprint(row.getLong("fingerprint")), row.getString("template")),
                Documents.proposal(row.getString("proposal")),
                Documents.evidence(row.getString("evidence")),
                Suggestion.State.valueOf(row.getString("state")),
                row.getString("reason"),
                instant(row, "created_at"),
                instant(row, "changed_at"));
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                instant(row, "at"),
                row.getString("actor"),
                row.getString("action"),
                row.getLong("suggestion"),
                row.getString("detail"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static byte[] digest(String identity) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(identity.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
