package io.quern.bench.shop;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The rows of the shop, the same for the same seed and scale. Trade has grown over {@link #DAYS}
 * days, a few customers and products make most of it, and time stamps follow the keys as they do
 * where rows are only ever added. No two orders, and no two events, share a time stamp, so that
 * sorting by it is a total order.
 */
final class ShopData {
    static final LocalDate FIRST_DAY = LocalDate.of(2024, 11, 1);
    static final int DAYS = 730;
    static final List<String> CATEGORIES =
            List.of("books", "garden", "games", "kitchen", "music", "office", "shoes", "toys");
    static final List<String> COUNTRIES = List.of("DE", "FR", "PL", "ES", "NL", "IT", "SE", "IE");
    static final List<String> STATUSES = List.of("delivered", "shipped", "paid", "cancelled");

    private static final List<String> SEGMENTS = List.of("private", "business", "reseller");
    private static final List<String> KINDS =
            List.of("view", "search", "cart", "login", "checkout");
    private static final String NULL = "\\N";

    private final Scale scale;
    private final long seed;

    /** How many rows each table gets. */
    record Scale(int customers, int products, int orders, int items, int events) {
        /** About a million rows, a few seconds to load. */
        static final Scale DEMO = new Scale(20_000, 2_000, 150_000, 400_000, 450_000);

        Scale {
            if (customers < 1 || products < 1 || orders < 1 || items < 0 || events < 0) {
                throw new IllegalArgumentException("a scale needs customers, products and orders");
            }
            if (orders > 1_000_000 || events > 1_000_000) {
                // Microseconds tell rows of the same second apart.
                throw new IllegalArgumentException("more than a million rows share a time stamp");
            }
        }
    }

    /**
     * One table's rows.
     *
     * @param columns those that are filled, in order
     */
    record Table(String name, String columns, int rows, Row row) {}

    /** Writes the row with a number from 1 as one line of COPY's text format. */
    interface Row {
        void write(int number, SplittableRandom random, StringBuilder out);
    }

    ShopData(Scale scale, long seed) {
        this.scale = scale;
        this.seed = seed;
    }

    /** All tables, parents first. */
    List<Table> tables() {
        return List.of(
                new Table(
                        "customers",
                        "id, email, name, country, segment, created_at, notes",
                        scale.customers(),
                        this::customer),
                new Table(
                        "products",
                        "id, sku, name, category, price, discontinued",
                        scale.products(),
                        this::product),
                new Table(
                        "orders",
                        "id, customer_id, status, total, created_at, shipped_at, note",
                        scale.orders(),
                        this::order),
                new Table(
                        "order_items",
                        "id, order_id, product_id, quantity, price",
                        scale.items(),
                        this::item),
                new Table(
                        "events",
                        "id, customer_id, kind, path, created_at",
                        scale.events(),
                        this::event));
    }

    /** The randomness of one table: tables do not depend on each other's. */
    SplittableRandom random(Table table) {
        return new SplittableRandom(seed ^ table.name().hashCode());
    }

    private void customer(int number, SplittableRandom random, StringBuilder out) {
        line(
                out,
                number,
                email(number),
                "Customer " + number,
                pick(COUNTRIES, random),
                pick(SEGMENTS, random),
                moment(number, scale.customers(), random),
                random.nextInt(10) == 0 ? "prefers the phone" : NULL);
    }

    private void product(int number, SplittableRandom random, StringBuilder out) {
        line(
                out,
                number,
                String.format(Locale.ROOT, "SKU-%06d", number),
                "Product " + number,
                CATEGORIES.get(random.nextInt(CATEGORIES.size())),
                price(random, 20_000),
                random.nextInt(12) == 0);
    }

    private void order(int number, SplittableRandom random, StringBuilder out) {
        LocalDateTime created = moment(number, scale.orders(), random);
        String status = pick(STATUSES, random);
        boolean sent = status.equals("delivered") || status.equals("shipped");
        line(
                out,
                number,
                customerBefore((double) number / scale.orders(), random),
                status,
                price(random, 50_000),
                created,
                sent ? created.plusHours(4 + random.nextInt(90)) : NULL,
                random.nextInt(20) == 0 ? "leave it with the neighbours" : NULL);
    }

    private void item(int number, SplittableRandom random, StringBuilder out) {
        // Orders have one, two, three … items, in the order they were placed.
        long order = 1 + (long) (number - 1) * scale.orders() / scale.items();
        line(
                out,
                number,
                order,
                skewed(scale.products(), random),
                1 + random.nextInt(4),
                price(random, 20_000));
    }

    private void event(int number, SplittableRandom random, StringBuilder out) {
        double age = (double) number / scale.events();
        line(
                out,
                number,
                random.nextInt(3) == 0 ? NULL : customerBefore(age, random),
                pick(KINDS, random),
                "/product/" + skewed(scale.products(), random),
                moment(number, scale.events(), random));
    }

    static String email(int customer) {
        return "Customer." + customer + "@Example.com";
    }

    /** The number of a row out of {@code n}, low numbers far more often than high ones. */
    static int skewed(int n, SplittableRandom random) {
        double u = random.nextDouble();
        return 1 + (int) (n * u * u);
    }

    /** A customer who had registered when a share of all trade was done. */
    private int customerBefore(double share, SplittableRandom random) {
        return skewed(Math.max(1, (int) (scale.customers() * share)), random);
    }

    /** When row {@code number} of {@code n} was added: trade grows linearly from nothing. */
    private static LocalDateTime moment(int number, int n, SplittableRandom random) {
        double day = DAYS * Math.sqrt((number - 1.0) / n);
        // People sleep: the middle of the day is busiest.
        double hour = 6 + 9 * (random.nextDouble() + random.nextDouble());
        return FIRST_DAY
                .plusDays((long) day)
                .atStartOfDay()
                .plusSeconds(Math.min(Duration.ofDays(1).toSeconds() - 1, (long) (hour * 3600)))
                .plus(number % 1_000_000, ChronoUnit.MICROS);
    }

    private static String price(SplittableRandom random, int most) {
        int cents = 99 + (int) (most * random.nextDouble() * random.nextDouble());
        return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
    }

    /** The first of a list about half of the time, the second a quarter, and so on. */
    static String pick(List<String> from, SplittableRandom random) {
        int index = Long.numberOfTrailingZeros(random.nextLong() | 1L << (from.size() - 1));
        return from.get(index);
    }

    private static void line(StringBuilder out, Object... values) {
        for (int i = 0; i < values.length; i++) {
            out.append(i == 0 ? "" : "\t").append(values[i]);
        }
        out.append('\n');
    }
}
