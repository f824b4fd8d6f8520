package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.Context;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class SchemaCopyTest {

    @Test
    void columnsAndKeysAreCopied() {
        SchemaCopy copy = copy(Schema.table("t", List.of("a"), "a integer not null", "b text"));
        assertThat(copy.ddl())
                .contains(
                        "CREATE TABLE \"public\".\"t\" (\"a\" integer NOT NULL, \"b\" text)",
                        "ALTER TABLE \"public\".\"t\" ADD PRIMARY KEY (\"a\")");
        assertThat(copy.tables().getFirst().keyColumns()).containsExactly("a");
    }

    @Test
    void aNullableKeyIsAUniqueIndex() {
        assertThat(copy(Schema.table("t", List.of("a"), "a integer")).ddl())
                .contains("CREATE UNIQUE INDEX ON \"public\".\"t\" (\"a\")");
    }

    @Test
    void onlyTablesThatTheWordsNameAreCopied() {
        Context context = Schema.context(Schema.SHOP);
        assertThat(SchemaCopy.of(context, Set.of("line", "id")).tables())
                .extracting(t -> t.name().name())
                .containsExactly("line");
    }

    @Test
    void aTableThatCannotBeCopiedLeavesAPlaceNobodyMayRead() {
        Table foreign =
                Schema.as(
                        Schema.table("t", List.of(), "a integer"), Table.Kind.FOREIGN_TABLE, false);
        SchemaCopy copy = copy(foreign);
        assertThat(copy.tables()).isEmpty();
        assertThat(copy.tainted())
                .containsEntry(new QualifiedName("public", "t"), "public.t is a foreign table");
        assertThat(copy.ddl())
                .contains("CREATE TABLE \"public\".\"t\" (\"not copied\" int)")
                .noneMatch(ddl -> ddl.startsWith("GRANT SELECT"));
    }

    @Test
    void aTypeOfTheUpstreamsOwnTaints() {
        assertThat(copy(Schema.table("t", List.of(), "mood mood")).tainted().values())
                .containsExactly("the lab has no type mood for public.t.mood");
    }

    @Test
    void rowSecurityTaints() {
        Table table = Schema.as(Schema.table("t", List.of(), "a integer"), Table.Kind.TABLE, true);
        assertThat(copy(table).tainted()).hasSize(1);
    }

    private static SchemaCopy copy(Table table) {
        return SchemaCopy.of(Schema.context(Schema.catalog(table)), Set.of("t"));
    }
}
