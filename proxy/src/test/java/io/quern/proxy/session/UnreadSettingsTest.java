package io.quern.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadSettingsTest {
    private static @Nullable UnreadSettings after(String... statements) {
        UnreadSettings settings = null;
        for (String statement : statements) {
            byte[] sql = statement.getBytes(UTF_8);
            settings = UnreadSettings.after(settings, sql, 0, sql.length, true);
        }
        return settings;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET LOCAL statement_timeout = '5s'",
                "set Lock_Timeout to 3",
                "SET LOCAL app.tenant = 'search_path'",
                "SELECT set_config('request.jwt.claims', $1, true)",
                "select pg_catalog.set_config ( 'application_name', 'x', true)",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "SET CONSTRAINTS ALL DEFERRED"
            })
    void whatChangesNoMeaningIsNotKept(String sql) {
        assertThat(after(sql)).isNull();
        assertThat(after("SET search_path = a", sql)).isEqualTo(after("SET search_path = a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET LOCAL search_path = a",
                "SET DateStyle TO 'DMY'",
                "SET LOCAL ROLE joe",
                "SET TIME ZONE 'UTC'",
                "RESET ALL",
                "DO $$BEGIN PERFORM set_config('search_path', 'a', true); END$$",
                "SELECT set_config('app.x', set_config('search_path', 'a', true), true)"
            })
    void theSameStatementsSetTheSame(String sql) {
        UnreadSettings settings = after(sql);
        assertThat(settings).isNotNull().isEqualTo(after(sql)).hasSameHashCodeAs(after(sql));
        assertThat(settings).isNotEqualTo(after(sql, sql)).isNotEqualTo(after("SET a = 1"));
        assertThat(settings).isNotNull().matches(s -> !s.unique());
    }

    @Test
    void whatTheTextDoesNotTellEqualsNothingElse() {
        String parameter = "SELECT set_config('search_path', $1, true)";
        assertThat(after(parameter)).isNotNull().isNotEqualTo(after(parameter));
        assertThat(after(parameter, "SET a = 1")).isNotEqualTo(after(parameter, "SET a = 1"));
        UnreadSettings unread = UnreadSettings.after(null, null, 0, 0, false);
        assertThat(unread).isNotNull().matches(UnreadSettings::unique);
        byte[] two = "SET a.b = 1; SET search_path = x".getBytes(UTF_8);
        assertThat(UnreadSettings.after(null, two, 0, two.length, false)).isNotNull();
    }

    @Test
    void manyAreNotKept() {
        String[] statements = new String[100];
        for (int i = 0; i < statements.length; i++) {
            statements[i] = "SET search_path = s" + i;
        }
        UnreadSettings settings = after(statements);
        assertThat(settings).isNotNull().isNotEqualTo(after(statements));
    }
}
