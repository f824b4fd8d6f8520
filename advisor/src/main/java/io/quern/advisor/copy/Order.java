package io.quern.advisor.copy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parts in an order in which each comes after what it needs, else as they were. Where they need
 * each other in a circle, one comes too early. What needs something that cannot be made cannot be
 * made either.
 */
final class Order {
    private final Map<String, Part> parts = new HashMap<>();
    private final Map<String, Part> ordered = new LinkedHashMap<>();
    private final Set<String> entered = new HashSet<>();

    private Order(List<Part> all) {
        all.forEach(part -> parts.put(part.key(), part));
    }

    static List<Part> of(List<Part> all) {
        Order order = new Order(all);
        all.forEach(order::visit);
        return new ArrayList<>(order.ordered.values());
    }

    private void visit(Part part) {
        if (!entered.add(part.key())) {
            return;
        }
        for (String need : part.needs().stream().sorted().toList()) {
            Part needed = parts.get(need);
            if (needed != null) {
                visit(needed);
            }
        }
        Optional<String> missing =
                part.obstacle().isPresent()
                        ? Optional.empty()
                        : part.needs().stream()
                                .sorted()
                                .flatMap(need -> Optional.ofNullable(ordered.get(need)).stream())
                                .flatMap(needed -> needed.obstacle().stream())
                                .findFirst();
        ordered.put(
                part.key(), missing.map(reason -> part.but(because(part, reason))).orElse(part));
    }

    static String because(Part part, String reason) {
        String own = " needs what is not copied: ";
        return reason.contains(own) ? reason : part.key() + own + reason;
    }
}
