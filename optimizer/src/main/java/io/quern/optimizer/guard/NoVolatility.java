package io.quern.optimizer.guard;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalog.Volatility;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Nothing that the statement or a view in it calls is volatile: operators, casts and aggregates
 * included. A function of the application's own that claims to be stable or immutable is believed,
 * as PostgreSQL does.
 */
public record NoVolatility(Resolved statement) implements Guard {
    private static final List<String> FUNCTIONS =
            List.of("funcid", "opfuncid", "aggfnoid", "winfnoid");

    @Override
    public String code() {
        return "volatile";
    }

    @Override
    public Optional<String> doubt() {
        List<String> reasons = new ArrayList<>();
        statement.whole().forEach(query -> query.query().walk(node -> look(query, node, reasons)));
        return reasons.stream().findFirst();
    }

    private static void look(Resolved query, PgNode node, List<String> reasons) {
        SystemCatalog system = query.system();
        for (String field : FUNCTIONS) {
            long oid = node.number(field);
            if (oid == 0 && field.equals("opfuncid") && node.number("opno") != 0) {
                oid = system.operator(node.number("opno")).map(o -> o.function()).orElse(0L);
            }
            if (oid != 0) {
                var function = system.function(oid);
                if (function.isEmpty()) {
                    reasons.add("a function it calls is not known");
                } else if (function.get().volatility() == Volatility.VOLATILE) {
                    reasons.add("the function " + function.get().name() + " is volatile");
                }
            }
        }
        if (node.is("NEXTVALUEEXPR")) {
            reasons.add("it takes a value of a sequence");
        }
        if (node.is("COERCEVIAIO") || node.is("COERCETODOMAIN")) {
            userType(system, node, reasons);
        }
    }

    /** Input and output functions of types, and checks of domains, may be anybody's. */
    private static void userType(SystemCatalog system, PgNode node, List<String> reasons) {
        system.type(node.number("resulttype"))
                .map(SystemCatalog.Type::name)
                .filter(name -> !isBuiltIn(name))
                .ifPresent(name -> reasons.add("a cast to " + name + " may call anything"));
    }

    private static boolean isBuiltIn(QualifiedName name) {
        return name.schema().equals("pg_catalog");
    }
}
