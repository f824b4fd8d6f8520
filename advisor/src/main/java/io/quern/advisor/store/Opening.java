package io.quern.advisor.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.quern.advisor.StoreUnavailable;
import io.quern.optimizer.QualifiedName;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLState;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Opens the store once: makes the schema where it is missing, migrates it, and fills a pool. Needs
 * neither a superuser nor a database of its own: the right to create a schema in this database, or
 * a schema {@code quern} that someone prepared and granted.
 */
final class Opening {
    static final String SCHEMA = "quern";

    /** What every connection of the store runs first. */
    private static final String SETTINGS =
            "set search_path = pg_catalog;"
                    + " set statement_timeout = '30s';"
                    + " set lock_timeout = '5s';"
                    + " set idle_in_transaction_session_timeout = '60s'";

    private static final String[] NEEDED = {"USAGE", "CREATE"};

    private final String url;
    private final Properties properties;
    private final boolean create;

    /**
     * @param url a JDBC URL
     * @param properties user, password and whatever else the driver takes
     * @param create whether a missing schema is made; if not, it is a failure
     */
    Opening(String url, Properties properties, boolean create) {
        this.url = url;
        this.create = create;
        this.properties = new Properties();
        this.properties.putAll(properties);
        this.properties.put(PGProperty.APPLICATION_NAME.getName(), "quern-store");
        this.properties.putIfAbsent(PGProperty.CONNECT_TIMEOUT.getName(), "5");
        this.properties.putIfAbsent(PGProperty.SOCKET_TIMEOUT.getName(), "40");
        this.properties.putIfAbsent(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
    }

    /**
     * Opens.
     *
     * @throws StoreUnavailable with one line that says what is missing
     */
    HikariDataSource open() {
        try {
            makeSchema();
            migrate();
            return pool();
        } catch (SQLException e) {
            throw unavailable(e);
        } catch (FlywayException e) {
            throw sql(e) instanceof SQLException cause
                    ? unavailable(cause)
                    : new StoreUnavailable("The store cannot be migrated: " + line(e), e);
        }
    }

    private void makeSchema() throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            String who;
            String where;
            boolean exists;
            try (ResultSet row =
                    statement.executeQuery(
                            "select current_user, current_database(),"
                                    + " exists (select from pg_catalog.pg_namespace"
                                    + " where nspname = 'quern')")) {
                row.next();
                who = row.getString(1);
                where = row.getString(2);
                exists = row.getBoolean(3);
            }
            if (exists) {
                checkSchema(statement, who);
            } else if (!create) {
                throw new StoreUnavailable(
                        "There is no store of Quern's in database "
                                + QualifiedName.quote(where)
                                + "; name the one that serve uses with --upstream or --store",
                        new SQLException("no schema quern", "3F000"));
            } else {
                createSchema(statement, who, where);
            }
        }
    }

    private static void createSchema(Statement statement, String who, String where)
            throws SQLException {
        try {
            statement.execute("create schema if not exists quern");
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
            String role = QualifiedName.quote(who);
            throw new StoreUnavailable(
                    "The store's schema is missing and may not be created; as an owner of the"
                            + " database run: CREATE SCHEMA quern AUTHORIZATION "
                            + role
                            + "; or: GRANT CREATE ON DATABASE "
                            + QualifiedName.quote(where)
                            + " TO "
                            + role
                            + ";",
                    e);
        }
    }

    private static void checkSchema(Statement statement, String who) throws SQLException {
        for (String privilege : NEEDED) {
            try (ResultSet row =
                    statement.executeQuery(
                            "select has_schema_privilege('quern', '" + privilege + "')")) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new StoreUnavailable(
                            "The store's schema may not be used; run: GRANT USAGE, CREATE ON"
                                    + " SCHEMA quern TO "
                                    + QualifiedName.quote(who)
                                    + ";",
                            new SQLException("permission denied", "42501"));
                }
            }
        }
    }

    private void migrate() {
        Flyway.configure(Opening.class.getClassLoader())
                .dataSource(source())
                .defaultSchema(SCHEMA)
                .schemas(SCHEMA)
                .createSchemas(false)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations("classpath:io/quern/advisor/store/migration")
                .connectRetries(0)
                .load()
                .migrate();
    }

    private PGSimpleDataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name);
            if (name.equals("user")) {
                source.setUser(value);
            } else if (name.equals("password")) {
                source.setPassword(value);
            } else {
                try {
                    source.setProperty(name, value);
                } catch (SQLException e) {
                    throw new IllegalArgumentException("not a property of the driver: " + name, e);
                }
            }
        }
        return source;
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("quern-store");
        config.setDataSource(source());
        config.setConnectionInitSql(SETTINGS);
        config.setMaximumPoolSize(3);
        config.setMinimumIdle(0);
        config.setIdleTimeout(60_000);
        config.setConnectionTimeout(900);
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** One line that says why, without secrets. */
    static StoreUnavailable unavailable(SQLException e) {
        String state = e.getSQLState();
        String why =
                "42501".equals(state)
                        ? line(e)
                                + "; the tables of schema quern belong to another role: let it run"
                                + " the store, or make this role a member of it"
                        : PSQLState.isConnectionError(state)
                                ? "it cannot be reached (" + line(e) + ")"
                                : line(e);
        return new StoreUnavailable("The store cannot be used: " + why, e);
    }

    private static Throwable sql(Throwable e) {
        Throwable cause = e;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return cause == null ? e : cause;
    }

    private static String line(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
