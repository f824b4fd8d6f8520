package io.quern.bench.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

class ShopDataTest {
    private static final ShopData.Scale SMALL = new ShopData.Scale(200, 50, 1500, 4000, 4500);

    @Test
    void theSameSeedGivesTheSameRows() {
        assertThat(rows(new ShopData(SMALL, 1))).isEqualTo(rows(new ShopData(SMALL, 1)));
    }

    @Test
    void anotherSeedGivesOtherRows() {
        assertThat(rows(new ShopData(SMALL, 1))).isNotEqualTo(rows(new ShopData(SMALL, 2)));
    }

    @Test
    void everyRowHasTheColumnsOfItsTableAndEveryKeyExists() {
        ShopData data = new ShopData(SMALL, 3);
        var rows = rows(data);
        for (ShopData.Table table : data.tables()) {
            int columns = table.columns().split(",").length;
            assertThat(rows.get(table.name()))
                    .hasSize(table.rows())
                    .allSatisfy(row -> assertThat(row).hasSize(columns));
        }
        assertThat(column(rows, "orders", 1)).allSatisfy(id -> within(id, SMALL.customers()));
        assertThat(column(rows, "order_items", 1)).allSatisfy(id -> within(id, SMALL.orders()));
        assertThat(column(rows, "order_items", 2)).allSatisfy(id -> within(id, SMALL.products()));
    }

    @Test
    void noTwoOrdersOrEventsShareATimeStampAndTheyFollowTheKeys() {
        var rows = rows(new ShopData(SMALL, 4));
        for (List<String> stamps : List.of(column(rows, "orders", 4), column(rows, "events", 4))) {
            assertThat(stamps).doesNotHaveDuplicates();
            List<String> days = stamps.stream().map(s -> s.substring(0, 10)).toList();
            assertThat(days).isSorted();
        }
    }

    @Test
    void fewCustomersPlaceMostOrders() {
        var customers = column(rows(new ShopData(SMALL, 5)), "orders", 1);
        long firstTenth =
                customers.stream()
                        .filter(c -> Integer.parseInt(c) <= SMALL.customers() / 10)
                        .count();
        assertThat(firstTenth).isGreaterThan(customers.size() / 4);
    }

    @Test
    void aScaleThatCannotKeepTimeStampsApartIsRefused() {
        assertThatThrownBy(() -> new ShopData.Scale(1, 1, 1_000_001, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statementsDrawTheirValuesFromTheSeedAlone() {
        for (ShopStatement statement : new Shop().statements()) {
            List<Object> values = statement.parameters().apply(new SplittableRandom(9));
            assertThat(statement.parameters().apply(new SplittableRandom(9))).isEqualTo(values);
            assertThat(values).hasSize((int) statement.sql().chars().filter(c -> c == '?').count());
        }
    }

    @Test
    void aLiteralStatementQuotesTextAndLeavesNumbersBare() {
        ShopStatement statement = new ShopStatement("x", "a = ? AND b = ?", "", 1, r -> List.of());
        assertThat(statement.literal(List.of("O'Hara", 3))).isEqualTo("a = 'O''Hara' AND b = 3");
    }

    private static void within(String id, int most) {
        assertThat(Integer.parseInt(id)).isBetween(1, most);
    }

    private static List<String> column(
            Map<String, List<List<String>>> rows, String table, int column) {
        return rows.getOrDefault(table, List.of()).stream().map(row -> row.get(column)).toList();
    }

    private static Map<String, List<List<String>>> rows(ShopData data) {
        Map<String, List<List<String>>> all = new HashMap<>();
        for (ShopData.Table table : data.tables()) {
            StringBuilder lines = new StringBuilder();
            SplittableRandom random = data.random(table);
            for (int number = 1; number <= table.rows(); number++) {
                table.row().write(number, random, lines);
            }
            all.put(
                    table.name(),
                    lines.toString()
                            .lines()
                            .map(line -> Arrays.asList(line.split("\t", -1)))
                            .toList());
        }
        return all;
    }
}
