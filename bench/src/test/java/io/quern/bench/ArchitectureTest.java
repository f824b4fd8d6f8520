package io.quern.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The arrows between rooms, written down once; any other fails here. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("io.quern");

    /** Room → the rooms it may use. A module's own name stands for its root package. */
    private static final Map<String, Set<String>> ARROWS =
            Stream.of(
                            "optimizer:",
                            "optimizer.lex: optimizer",
                            "optimizer.parse: optimizer optimizer.lex",
                            "optimizer.catalog: optimizer optimizer.lex optimizer.parse",
                            "optimizer.guard: optimizer optimizer.lex optimizer.parse"
                                    + " optimizer.catalog",
                            "optimizer.rule: optimizer optimizer.lex optimizer.parse"
                                    + " optimizer.catalog optimizer.guard",
                            "optimizer.search: optimizer optimizer.lex optimizer.parse"
                                    + " optimizer.catalog optimizer.guard optimizer.rule",
                            "optimizer.rewrite: optimizer optimizer.lex optimizer.parse"
                                    + " optimizer.catalog optimizer.guard optimizer.rule"
                                    + " optimizer.search",
                            "optimizer.index: optimizer optimizer.parse optimizer.catalog",
                            "optimizer.plan: optimizer",
                            "advisor: optimizer optimizer.plan",
                            "advisor.history: advisor optimizer optimizer.lex",
                            "advisor.copy: optimizer optimizer.lex",
                            "advisor.lab: advisor advisor.copy optimizer optimizer.lex"
                                    + " optimizer.catalog",
                            "advisor.twin: advisor advisor.copy advisor.lab optimizer"
                                    + " optimizer.lex optimizer.plan",
                            "advisor.trial: advisor optimizer",
                            "advisor.store: advisor optimizer",
                            "advisor.upstream: advisor optimizer optimizer.plan",
                            "advisor.lifecycle: advisor advisor.history advisor.trial optimizer"
                                    + " optimizer.catalog",
                            "advisor.suggest: advisor optimizer optimizer.lex optimizer.catalog"
                                    + " optimizer.rewrite optimizer.index",
                            "advisor.report: advisor optimizer",
                            "advisor.admin: advisor optimizer",
                            "proxy.config:",
                            "proxy.wire:",
                            "proxy.auth: proxy.wire proxy.backend",
                            "proxy.backend: proxy.wire proxy.session",
                            "proxy.console: advisor optimizer proxy.wire proxy.auth",
                            "proxy.metrics: advisor proxy.console",
                            "proxy.tuning: advisor optimizer optimizer.lex",
                            "proxy.timing: advisor optimizer",
                            "proxy.session: advisor optimizer proxy.wire proxy.tuning proxy.timing",
                            "proxy.net: advisor proxy.wire proxy.auth proxy.backend proxy.tuning"
                                    + " proxy.timing proxy.session proxy.console")
                    .map(line -> line.split(":", -1))
                    .collect(
                            Collectors.toMap(
                                    a -> a[0],
                                    a ->
                                            Stream.of(a[1].trim().split(" "))
                                                    .filter(s -> !s.isEmpty())
                                                    .collect(Collectors.toSet())));

    /** The composition roots use every room. */
    private static final Set<String> ROOTS = Set.of("proxy");

    @Test
    void roomsUseOnlyTheRoomsTheyMay() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            String room = room(from);
            from.getDirectDependenciesFromSelf().stream()
                    .map(d -> d.getTargetClass().getBaseComponentType())
                    .filter(c -> c.getPackageName().startsWith("io.quern."))
                    .map(ArchitectureTest::room)
                    .filter(target -> !target.equals(room) && !allowed(room, target))
                    .forEach(target -> wrong.add(room + " → " + target + " in " + from.getName()));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRoomIsListed() {
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(c -> rooms.add(room(c)));
        rooms.removeIf(r -> r.startsWith("bench") || ROOTS.contains(r));
        assertThat(ARROWS.keySet()).containsAll(rooms);
        assertThat(rooms).containsAll(ARROWS.keySet());
    }

    @Test
    void onlyTheOptimizerKnowsCalcite() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.quern.optimizer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.calcite..")
                .check(CLASSES);
    }

    @Test
    void onlyNetAndBackendKnowNettyAndWireItsBuffers() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.quern.proxy.net..",
                        "io.quern.proxy.backend..",
                        "io.quern.proxy.wire..",
                        "io.quern.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.quern.proxy.wire..")
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("io.netty..")
                                .and(
                                        JavaClass.Predicates.resideOutsideOfPackage(
                                                "io.netty.buffer..")))
                .check(CLASSES);
    }

    @Test
    void theOptimizerIsPure() {
        noClasses()
                .that()
                .resideInAPackage("io.quern.optimizer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "java.net..",
                        "java.nio.file..",
                        "java.time..",
                        "java.util.concurrent..",
                        "org.slf4j..")
                .check(CLASSES);
    }

    private static boolean allowed(String room, String target) {
        if (room.startsWith("bench")) {
            return true;
        }
        if (ROOTS.contains(room)) {
            return !target.startsWith("bench");
        }
        return ARROWS.getOrDefault(room, Set.of()).contains(target);
    }

    /** {@code optimizer.lex} for a class in io.quern.optimizer.lex or below. */
    private static String room(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.", -1);
        return parts.length <= 3 ? parts[2] : parts[2] + "." + parts[3];
    }
}
