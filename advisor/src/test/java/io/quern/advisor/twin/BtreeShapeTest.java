package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quern.advisor.twin.IndexProfile.Column;
import io.quern.advisor.twin.IndexProfile.Width;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Against sizes that {@code CREATE INDEX} was seen to make. */
class BtreeShapeTest {
    private static final Column BIGINT = column(8, List.of(new Width(8, 1)), 0);
    private static final Column INTEGER = column(4, List.of(new Width(4, 1)), 0);

    private static Column column(int alignment, List<Width> widths, double nulls) {
        return new Column(true, alignment, widths, nulls, 0, List.of(), 1000, 1, 1);
    }

    private static IndexProfile profile(double rows, double groups, Column... columns) {
        return new IndexProfile("btree", 90, true, rows, groups, 1, 128, List.of(columns));
    }

    @Test
    void aPrimaryKeyOfAMillionRowsIsExact() {
        assertThat(BtreeShape.of(profile(1_000_000, 1_000_000, BIGINT)))
                .isEqualTo(new IndexShape(2745, 2));
    }

    @Test
    void anEmptyOneIsItsMetapage() {
        assertThat(BtreeShape.of(profile(0, 0, BIGINT))).isEqualTo(new IndexShape(1, 0));
        assertThat(BtreeShape.of(profile(5, 5, BIGINT))).isEqualTo(new IndexShape(2, 0));
    }

    @Test
    void repeatedKeysAreMerged() {
        long unique = BtreeShape.of(profile(1_000_000, 1_000_000, INTEGER)).pages();
        long merged = BtreeShape.of(profile(1_000_000, 100, INTEGER)).pages();
        assertThat((double) merged / unique).isCloseTo(0.31, within(0.03));
    }

    @Test
    void postingListsFillPagesBeyondTheFillFactor() {
        Column text = column(1, List.of(new Width(16, 1)), 0);
        assertThat(BtreeShape.of(profile(60_000, 200, text, INTEGER)).pages()).isBetween(51L, 53L);
    }

    @Test
    void includedColumnsKeepKeysFromBeingMerged() {
        IndexProfile merged = profile(100_000, 10, INTEGER);
        IndexProfile single =
                new IndexProfile("btree", 90, false, 100_000, 10, 1, 128, List.of(INTEGER));
        assertThat(BtreeShape.of(single).pages()).isGreaterThan(2 * BtreeShape.of(merged).pages());
    }

    @Test
    void aFullerPageHoldsMore() {
        IndexProfile loose =
                new IndexProfile("btree", 50, true, 100_000, 100_000, 1, 128, List.of(BIGINT));
        assertThat(BtreeShape.of(loose).pages())
                .isGreaterThan(3 * BtreeShape.of(profile(100_000, 100_000, BIGINT)).pages() / 2);
    }

    @Test
    void nullsTakeNoRoomForTheirValues() {
        Column mostlyNull = column(1, List.of(new Width(60, 1)), 0.95);
        Column never = column(1, List.of(new Width(60, 1)), 0);
        assertThat(BtreeShape.of(profile(100_000, 5_000, mostlyNull)).pages())
                .isLessThan(BtreeShape.of(profile(100_000, 100_000, never)).pages() / 4);
    }

    @Test
    void heightGrowsWithThePages() {
        IndexProfile profile = profile(1_000_000, 1_000_000, BIGINT);
        assertThat(BtreeShape.level(2, profile)).isZero();
        assertThat(BtreeShape.level(100, profile)).isOne();
        assertThat(BtreeShape.level(2745, profile)).isEqualTo(2);
        assertThat(BtreeShape.level(1_000_000, profile)).isEqualTo(3);
    }
}
