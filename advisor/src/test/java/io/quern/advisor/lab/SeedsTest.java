package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class SeedsTest {

    @Test
    void numbersComeWithTheirNeighboursAndSums() {
        assertThat(new Seeds(List.of("10", "abc", "3")).of(Family.NUMBER))
                .startsWith("10", "3", "11", "9")
                .contains("4", "2", "13", "7", "30", "0", "-10");
    }

    @Test
    void numbersThatTextsHoldAreAmongThem() {
        assertThat(new Seeds(List.of("a--5", "v2.50x")).of(Family.NUMBER)).contains("-5", "2.50");
    }

    @Test
    void aFractionComesWithTheIntegersAroundIt() {
        assertThat(new Seeds(List.of("7.5")).of(Family.NUMBER)).contains("7", "8", "8.5");
    }

    @Test
    void aSeparatorComesWithWhatItSeparates() {
        assertThat(new Seeds(List.of("#")).of(Family.TEXT)).contains("a#1", "b#2");
    }

    @Test
    void valuesThatAreTheSameToSomeComeTogether() {
        Seeds seeds = new Seeds(List.of("Ab"));
        assertThat(seeds.alike(Family.NUMBER))
                .contains(List.of("0", "-0.0"), List.of("9007199254740992", "9007199254740993"));
        assertThat(seeds.alike(Family.TEXT))
                .contains(List.of("a", "A"), List.of("Ab", "AB", "ab", "Ab "));
        assertThat(seeds.alike(Family.UUID)).isEmpty();
    }

    @Test
    void textsComeWithTheirCasesBlanksAndPieces() {
        assertThat(new Seeds(List.of("Ab#5")).of(Family.TEXT))
                .startsWith("Ab#5")
                .contains("AB#5", "ab#5", "Ab#5 ", " Ab#5", "", " ", "Ab", "5", "A");
    }

    @Test
    void patternsComeWithWhatTheyMatchAndAlmostMatch() {
        assertThat(new Seeds(List.of("a\\_b%")).of(Family.TEXT)).contains("a_b%", "axb", "axbxy");
    }

    @Test
    void timestampsComeWithTheEdgesOfTheirDayAndMonth() {
        assertThat(TimeSeeds.of(List.of("2024-05-17 10:00:00"), List.of(), List.of(), List.of()))
                .startsWith("2024-05-17 10:00:00")
                .contains(
                        "2024-05-17 10:00:00.000001",
                        "2024-05-17 09:59:59.999999",
                        "2024-05-17 00:00:00",
                        "2024-05-17 23:59:59.999999",
                        "2024-05-18 00:00:00",
                        "2024-06-17 10:00:00",
                        "2024-05-01 00:00:00",
                        "2024-05-31 23:59:59.999999");
    }

    @Test
    void clockChangesOfTheZoneAreAmongTheTimes() {
        assertThat(
                        TimeSeeds.of(
                                List.of("2024-03-01 00:00:00"),
                                List.of(),
                                List.of(),
                                List.of("Europe/Berlin", "No/Such")))
                .contains("2024-03-31 02:00:00", "2024-03-31 03:00:00", "2024-04-01 00:00:00");
    }

    @Test
    void numbersMayMeanYearsAndMonths() {
        assertThat(TimeSeeds.of(List.of(), List.of("2023", "2"), List.of(), List.of()))
                .contains(
                        "2023-02-01 00:00:00", "2023-02-28 23:59:59.999999", "2024-01-01 00:00:00");
    }

    @Test
    void anInfiniteTimeHasNoNeighbours() {
        assertThat(TimeSeeds.of(List.of("infinity"), List.of(), List.of(), List.of()))
                .startsWith("infinity");
    }
}
