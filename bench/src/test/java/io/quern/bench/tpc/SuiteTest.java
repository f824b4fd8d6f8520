package io.quern.bench.tpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

class SuiteTest {
    @Test
    void everyStatementIsOnePlainQuery() throws Exception {
        List<Query> h = new TpcH().queries();
        List<Query> ds = new TpcDs().queries();
        assertThat(h).hasSize(22).first().extracting(Query::number).isEqualTo("h01");
        assertThat(ds).hasSize(99).last().extracting(Query::number).isEqualTo("ds99");
        assertThat(Stream.concat(h.stream(), ds.stream()))
                .allSatisfy(
                        q ->
                                assertThat(q.sql().replaceAll("--.*", ""))
                                        .as(q.number())
                                        .doesNotContain(";", "${", "CREATE"));
    }

    @Test
    void everyTableHasRowsAsWideAsItIs() {
        for (Suite suite : Suite.all()) {
            for (Source source : suite.tables()) {
                try (Stream<String> lines = source.lines().apply(0.01)) {
                    assertThat(lines.findFirst())
                            .as(source.name())
                            .get()
                            .satisfies(
                                    line ->
                                            assertThat(line.split("\\|", -1))
                                                    .hasSize(source.columns().size()));
                }
            }
        }
    }
}
