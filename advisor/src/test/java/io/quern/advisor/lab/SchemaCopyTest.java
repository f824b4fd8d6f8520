package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.copy.SchemaCopy;
import io.quern.optimizer.Context;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class SchemaCopyTest {

    @Test
    void columnsAndKeysAreCopied() {
        SchemaCopy copy = copy(Schema.table("t", List.of("a"), "a integer not null", "b text"));
        assertThat(ddl(copy))
                .contains(
                        "CREATE TABLE \"public\".\"t\" (\"a\" integer NOT NULL, \"b\" text)",
                        "ALTER TABLE \"public\".\"t\" ADD CONSTRAINT \"t_pkey\" PRIMARY KEY (\"a\")");
    }

    @Test
    void aNullableKeyIsAUniqueIndex() {
        assertThat(ddl(copy(Schema.table("t", List.of("a"), "a integer"))))
                .contains("CREATE UNIQUE INDEX ON \"public\".\"t\" (\"a\")");
    }

    @Test
    void onlyTablesThatTheWordsNameAreCopied() {
        Context context = Schema.context(Schema.SHOP);
        assertThat(
                        SchemaCopy.of(
                                        context.catalog(),
                                        context.searchPath(),
                                        Set.of("line", "id"),
                                        List.of())
                                .tables())
                .extracting(t -> t.name().name())
                .containsExactly("line");
    }

    @Test
    void aTableThatCannotBeCopiedLeavesAPlaceNobodyMayRead() {
        Table foreign =
                Schema.as(
                        Schema.table("t", List.of(), "a integer"), Table.Kind.FOREIGN_TABLE, false);
        SchemaCopy copy = copy(foreign);
        assertThat(copy.tainted())
                .containsEntry("relation public.t", "public.t is a foreign table");
        assertThat(ddl(copy))
                .contains("CREATE TABLE \"public\".\"t\" (\"not copied\" int)")
                .noneMatch(ddl -> ddl.startsWith("GRANT SELECT"));
    }

    @Test
    void rowSecurityTaints() {
        Table table = Schema.as(Schema.table("t", List.of(), "a integer"), Table.Kind.TABLE, true);
        assertThat(copy(table).tainted()).hasSize(1);
    }

    private static List<String> ddl(SchemaCopy copy) {
        return copy.parts().stream().flatMap(part -> part.statements().stream()).toList();
    }

    private static SchemaCopy copy(Table table) {
        Context context = Schema.context(Schema.catalog(table));
        return SchemaCopy.of(context.catalog(), context.searchPath(), Set.of("t"), List.of());
    }
}
