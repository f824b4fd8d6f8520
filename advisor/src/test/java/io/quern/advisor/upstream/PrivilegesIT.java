package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.advisor.Refused;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class PrivilegesIT {
    private final FreshDatabase database = new FreshDatabase();

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void everyLineIsAGrantThatMakesItGoAway() throws SQLException {
        UpstreamDatabases nobody = database.asNobody();
        String owner = "owner_" + database.name;
        database.sql(
                "CREATE ROLE " + owner,
                "CREATE SCHEMA app",
                "CREATE TABLE app.\"T\" (a int)",
                "ALTER TABLE app.\"T\" OWNER TO " + owner);
        Privileges privileges = new Privileges(nobody);
        assertThat(privileges.notices(database.name)).isEmpty();
        List<String> lines = privileges.check(database.name);
        String to = " TO \"" + database.role + "\";";
        assertThat(lines)
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("GRANT pg_monitor" + to),
                        line -> assertThat(line).endsWith("GRANT USAGE ON SCHEMA \"app\"" + to),
                        line -> assertThat(line).endsWith("GRANT SELECT ON \"app\".\"T\"" + to),
                        line -> assertThat(line).endsWith("GRANT \"" + owner + "\"" + to));
        assertThat(privileges.notices(database.name)).isEqualTo(lines);
        for (String line : lines) {
            database.sql(line.substring(line.indexOf("GRANT")));
        }
        assertThat(privileges.check(database.name)).isEmpty();
    }

    @Test
    void manyTablesAreOneLine() throws SQLException {
        UpstreamDatabases nobody = database.asNobody();
        for (int i = 0; i < 5; i++) {
            database.sql("CREATE TABLE t" + i + " (a int)");
        }
        Privileges privileges = new Privileges(nobody);
        List<String> lines = privileges.check(database.name);
        assertThat(lines).anyMatch(line -> line.contains("5 tables: GRANT pg_read_all_data TO"));
        assertThat(lines).noneMatch(line -> line.contains("GRANT SELECT"));
    }

    @Test
    void sessionsAreQuernsOwn() throws SQLException {
        UpstreamDatabases nobody = database.asNobody();
        database.sql(
                "ALTER ROLE " + database.role + " SET search_path = public",
                "ALTER DATABASE " + database.name + " SET default_transaction_read_only = off");
        String settings =
                nobody.reading(
                        database.name,
                        c ->
                                Grants.rows(
                                                c,
                                                "SELECT current_setting('search_path')"
                                                        + " || '|' || current_setting('application_name')"
                                                        + " || '|' || current_setting('transaction_read_only')"
                                                        + " || '|' || current_setting('lock_timeout')"
                                                        + " || '|' || current_setting('transaction_isolation')",
                                                1)
                                        .getFirst()
                                        .getFirst());
        assertThat(settings).isEqualTo("pg_catalog|quern|on|2s|repeatable read");
    }

    @Test
    void poolsAreBoundedAndClosedWhenIdle() {
        List<Instant> now = new java.util.ArrayList<>(List.of(Instant.EPOCH));
        try (UpstreamDatabases databases =
                new UpstreamDatabases(
                        Directory.of(database.superuser()),
                        new UpstreamDatabases.Limits(
                                1,
                                1,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(1)),
                        now::getFirst)) {
            databases.reading(database.name, c -> 1);
            databases.reading("postgres", c -> 1);
            assertThat(databases.open()).isEqualTo(1);
            databases.reading(
                    "postgres",
                    c -> {
                        assertThatThrownBy(() -> databases.reading(database.name, d -> 1))
                                .isInstanceOf(Refused.class)
                                .hasMessageContaining("busy");
                        return 1;
                    });
            now.set(0, Instant.EPOCH.plusSeconds(61));
            databases.closeIdle();
            assertThat(databases.open()).isZero();
        }
    }

    @Test
    void whatCannotBeReachedIsOneLineWithoutSecrets() {
        UpstreamUrl wrong =
                new UpstreamUrl(
                        database.superuser().hosts(),
                        "postgres",
                        "nobody_at_all",
                        "s3cret",
                        Map.of());
        try (UpstreamDatabases databases = new UpstreamDatabases(Directory.of(wrong))) {
            assertThat(wrong.toString()).doesNotContain("s3cret");
            assertThat(new Privileges(databases).check("postgres"))
                    .singleElement()
                    .asString()
                    .doesNotContain("s3cret")
                    .doesNotContain("\n")
                    .contains("nobody_at_all");
        }
    }
}
