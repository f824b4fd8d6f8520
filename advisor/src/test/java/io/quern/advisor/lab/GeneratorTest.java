package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

class GeneratorTest {
    private static final CopiedTable TABLE =
            new CopiedTable(
                    Schema.table(
                            "t",
                            List.of("id"),
                            "id integer not null",
                            "a integer",
                            "nums integer[]",
                            "quiet integer"),
                    Set.of("id"),
                    List.of());
    private static final Pools POOLS =
            new Pools(
                    Map.of(
                            Family.NUMBER,
                            new Pools.Candidates(
                                    List.of("1", "2", "3", "1.5"),
                                    List.of("NaN"),
                                    List.of(List.of("8", "9")))),
                    Map.of(
                            "integer",
                            new Pools.Pool(
                                    Family.NUMBER,
                                    List.of("1", "2", "3"),
                                    Map.of(
                                            "1", "1", "2", "2", "3", "3", "1.5", "2", "8", "8", "9",
                                            "9"))));

    @Test
    void theSameSeedMakesTheSameDatabases() {
        assertThat(samples(7).limit(200).toList()).isEqualTo(samples(7).limit(200).toList());
        assertThat(samples(7).limit(200).toList()).isNotEqualTo(samples(8).limit(200).toList());
    }

    @Test
    void theFirstDatabaseIsEmptyAndNoneIsLarge() {
        List<Sample> samples = samples(7).limit(500).toList();
        assertThat(samples.getFirst().rows()).isZero();
        assertThat(samples.subList(0, 40)).allMatch(s -> s.rows() <= 2);
        assertThat(samples).allMatch(s -> s.rows() <= 5);
        assertThat(samples).anyMatch(s -> s.rows() == 5);
    }

    @Test
    void nullIsWhereverItMayBeAndNowhereElse() {
        assertThat(column(0)).doesNotContainNull();
        assertThat(column(1)).containsNull();
        assertThat(column(2)).containsNull();
        assertThat(samples(7).limit(500).map(s -> s.parameters().getFirst())).containsNull();
    }

    @Test
    void everyValueIsOneOfItsTypes() {
        assertThat(column(0)).isSubsetOf("1", "2", "3", "8", "9");
        assertThat(column(2)).contains("{}").anyMatch(v -> v != null && v.contains("NULL"));
    }

    @Test
    void aShuffledDatabaseHasTheSameRows() {
        Sample sample = samples(7).skip(40).filter(s -> s.rows() == 5).findFirst().orElseThrow();
        List<List<@Nullable String>> rows = sample.contents().getFirst().rows();
        assertThat(sample.shuffled(1).contents().getFirst().rows())
                .containsExactlyInAnyOrderElementsOf(rows);
        assertThat(Stream.of(1, 2, 3, 4, 5).map(sample::shuffled).distinct().count())
                .isGreaterThan(1);
        assertThat(sample.shuffled(3)).isEqualTo(sample.shuffled(3));
    }

    @Test
    void valuesThatAreAlikeMeetInOneDatabase() {
        assertThat(samples(7).limit(500).map(s -> s.contents().getFirst().rows()))
                .anyMatch(
                        rows ->
                                rows.stream().anyMatch(row -> "8".equals(row.get(1)))
                                        && rows.stream().anyMatch(row -> "9".equals(row.get(1))));
    }

    @Test
    void rowsRepeatAndColumnsNobodyNamesAreMostlyPlain() {
        assertThat(samples(7).limit(500).map(s -> s.contents().getFirst().rows()))
                .anyMatch(
                        rows ->
                                rows.size() > 1
                                        && rows.stream()
                                                        .map(r -> r.subList(1, 4))
                                                        .distinct()
                                                        .count()
                                                == 1);
        List<@Nullable String> quiet = column(3);
        assertThat(quiet.stream().filter("1"::equals).count()).isGreaterThan(quiet.size() / 2);
    }

    @Test
    void rowsThatAKeyForbidsAreLeftOutOfTheExactDatabase() {
        Sample sample =
                new Sample(
                        List.of(
                                new Sample.Content(
                                        TABLE,
                                        List.of(
                                                List.of("1", "1", "{}", "1"),
                                                List.of("1", "2", "{}", "1")))),
                        List.of(),
                        0,
                        false);
        assertThat(sample.inserts().getFirst()).endsWith("ON CONFLICT DO NOTHING");
        Sample exact = sample.survivors(List.of(true, false));
        assertThat(exact.inserts())
                .containsExactly(
                        "INSERT INTO \"public\".\"t\" (\"id\", \"a\", \"nums\", \"quiet\")"
                                + " VALUES ('1', '1', '{}', '1')");
    }

    private static List<@Nullable String> column(int index) {
        return samples(7)
                .limit(500)
                .flatMap(s -> s.contents().getFirst().rows().stream())
                .<@Nullable String>map(row -> row.get(index))
                .toList();
    }

    private static Stream<Sample> samples(long seed) {
        Generator generator =
                new Generator(
                        List.of(TABLE),
                        List.of("integer"),
                        POOLS,
                        2,
                        Set.of("id", "a", "nums"),
                        seed);
        return Stream.generate(generator::next);
    }
}
