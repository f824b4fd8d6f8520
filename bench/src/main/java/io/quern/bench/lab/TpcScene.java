package io.quern.bench.lab;

import static java.util.Objects.requireNonNull;

import io.quern.bench.tpc.Loader;
import io.quern.bench.tpc.Suite;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** TPC-H or TPC-DS with the statements of its suite. */
final class TpcScene implements Scene {
    private static final List<String> H =
            List.of(
                    "CREATE INDEX c1 ON public.lineitem (l_shipdate, l_discount, l_quantity)"
                            + " INCLUDE (l_extendedprice)",
                    "CREATE INDEX c2 ON public.lineitem (l_partkey, l_quantity)",
                    "CREATE INDEX c3 ON public.lineitem (l_receiptdate)"
                            + " WHERE l_commitdate < l_receiptdate",
                    "CREATE INDEX c4 ON public.orders (o_custkey, o_orderdate DESC)",
                    "CREATE INDEX c5 ON public.part (p_brand, p_container)",
                    "CREATE INDEX c6 ON public.part (p_size, p_type, p_partkey)",
                    "CREATE INDEX c7 ON public.customer (c_mktsegment, c_custkey)",
                    "CREATE INDEX c8 ON public.lineitem USING brin (l_commitdate)",
                    "CREATE INDEX c9 ON public.orders USING hash (o_clerk)",
                    "CREATE INDEX c10 ON public.supplier (s_name)",
                    "CREATE INDEX c11 ON public.lineitem (l_orderkey) INCLUDE (l_suppkey)"
                            + " WHERE l_commitdate < l_receiptdate",
                    "CREATE INDEX c12 ON public.customer (substr(c_phone::text, 1, 2), c_acctbal)");

    private static final List<String> DS =
            List.of(
                    "CREATE INDEX c1 ON public.store_sales (ss_sold_date_sk, ss_item_sk)",
                    "CREATE INDEX c2 ON public.store_sales (ss_customer_sk, ss_sold_date_sk)"
                            + " INCLUDE (ss_net_paid)",
                    "CREATE INDEX c3 ON public.catalog_sales (cs_bill_customer_sk, cs_sold_date_sk)",
                    "CREATE INDEX c4 ON public.web_sales (ws_order_number, ws_warehouse_sk)",
                    "CREATE INDEX c5 ON public.date_dim (d_year, d_moy)",
                    "CREATE INDEX c6 ON public.customer_address (ca_state, ca_county)",
                    "CREATE INDEX c7 ON public.item (i_category, i_class)",
                    "CREATE INDEX c8 ON public.item (i_manufact_id)",
                    "CREATE INDEX c9 ON public.customer_demographics"
                            + " (cd_marital_status, cd_education_status)",
                    "CREATE INDEX c10 ON public.inventory (inv_item_sk, inv_date_sk)"
                            + " INCLUDE (inv_quantity_on_hand)",
                    "CREATE INDEX c11 ON public.date_dim (d_date)",
                    "CREATE INDEX c12 ON public.store_sales (ss_quantity)"
                            + " WHERE ss_quantity BETWEEN 1 AND 20");

    private final Suite suite;
    private final double scale;

    TpcScene(Suite suite, double scale) {
        this.suite = requireNonNull(suite, "suite");
        this.scale = scale;
    }

    @Override
    public String name() {
        return suite.toString();
    }

    private boolean isH() {
        return name().equals("TPC-H");
    }

    @Override
    public void load(Connection connection) throws SQLException, IOException {
        new Loader(connection).load(suite, scale);
    }

    @Override
    public List<Asked> statements() throws IOException {
        return suite.queries().stream().map(q -> Asked.of(q.number(), q.sql())).toList();
    }

    @Override
    public List<String> candidates() {
        return isH() ? H : DS;
    }

    /** A tenth more facts, with keys, dates and prices beyond those that were counted. */
    @Override
    public List<String> growth() {
        return isH()
                ? List.of(
                        """
                        INSERT INTO orders
                        SELECT o_orderkey + (SELECT max(o_orderkey) FROM orders), o_custkey, o_orderstatus,
                          o_totalprice, o_orderdate + 240, o_orderpriority, o_clerk, o_shippriority, o_comment
                        FROM orders WHERE o_orderkey % 10 = 3
                        """,
                        """
                        INSERT INTO lineitem
                        SELECT l_orderkey + (SELECT max(l_orderkey) FROM lineitem), l_partkey, l_suppkey,
                          l_linenumber, l_quantity, l_extendedprice, l_discount, l_tax, l_returnflag,
                          l_linestatus, l_shipdate + 240, l_commitdate + 240, l_receiptdate + 240,
                          l_shipinstruct, l_shipmode, l_comment
                        FROM lineitem l
                        WHERE l_orderkey % 10 = 3 AND EXISTS (SELECT FROM orders o WHERE o.o_orderkey =
                          l.l_orderkey + (SELECT max(l_orderkey) FROM lineitem))
                        """)
                : List.of(
                        grown("store_sales", "ss_ticket_number"),
                        grown("catalog_sales", "cs_order_number"),
                        grown("web_sales", "ws_order_number"));
    }

    /** All columns but the number are as they were. */
    private static String grown(String table, String number) {
        return """
        DO $$
        DECLARE columns text;
        BEGIN
          SELECT string_agg(CASE a.attname WHEN '%2$s' THEN '%2$s + (SELECT max(%2$s) FROM %1$s)'
            ELSE a.attname::text END, ', ' ORDER BY a.attnum) INTO columns
          FROM pg_attribute a WHERE a.attrelid = '%1$s'::regclass AND a.attnum > 0 AND NOT a.attisdropped;
          EXECUTE 'INSERT INTO %1$s SELECT ' || columns || ' FROM %1$s WHERE %2$s %% 10 = 3';
        END $$
        """
                .formatted(table, number);
    }
}
