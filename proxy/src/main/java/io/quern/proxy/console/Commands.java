package io.quern.proxy.console;

import static io.quern.proxy.console.Column.text;
import static io.quern.proxy.console.Plan.Pace.ELSEWHERE;
import static io.quern.proxy.console.Plan.Pace.WAITING;
import static io.quern.proxy.console.Role.ADMIN;
import static io.quern.proxy.console.Role.STATS;

import io.quern.proxy.console.Command.Argument;
import io.quern.proxy.console.Command.Call;

import java.util.List;
import java.util.Optional;

/**
 * The table of commands: all that can be done on the console, and by whom. Roles are checked here
 * and nowhere else.
 */
final class Commands {
    private static final List<Column> HELP =
            List.of(text("command"), text("role"), text("description"));

    private final List<Command> table;

    Commands(WireViews wire, AdvisorViews advisor, CountViews counts, Actions actions) {
        table =
                List.of(
                        look("SHOW HELP", HELP, this::help, "this list"),
                        look("SHOW POOLS", WireViews.POOLS, wire::pools, "pools of backends"),
                        look("SHOW CLIENTS", WireViews.CLIENTS, wire::clients, "clients"),
                        look("SHOW SERVERS", WireViews.SERVERS, wire::servers, "pooled backends"),
                        look(
                                "SHOW DATABASES",
                                WireViews.DATABASES,
                                wire::databases,
                                "databases in use"),
                        look(
                                "SHOW TEMPLATES",
                                Argument.LIMIT,
                                AdvisorViews.TEMPLATES,
                                advisor::templates,
                                "the statements that cost most, most first"),
                        look(
                                "SHOW SUGGESTIONS",
                                AdvisorViews.SUGGESTIONS,
                                advisor::suggestions,
                                "proposed changes and what became of them"),
                        look(
                                "SHOW FLAGS",
                                AdvisorViews.FLAGS,
                                advisor::flags,
                                "the kill switch and the changes that act"),
                        look("SHOW STATS", CountViews.STATS, counts::stats, "counts since start"),
                        look(
                                "SHOW MISHAPS",
                                CountViews.MISHAPS,
                                counts::mishaps,
                                "what went wrong inside Quern without harm"),
                        look("SHOW CONFIG", CountViews.CONFIG, counts::config, "settings in force"),
                        look(
                                "SHOW VERSION",
                                CountViews.VERSION,
                                counts::version,
                                "Quern's version"),
                        act("KILL", Argument.ID, actions::kill, "ends a client's session"),
                        new Command(
                                "PAUSE",
                                Argument.DATABASE,
                                ADMIN,
                                WAITING,
                                List.of(),
                                actions::pause,
                                "begins no new transaction, and waits for those under way"),
                        act("RESUME", Argument.DATABASE, actions::resume, "ends PAUSE"),
                        act(
                                "RECONNECT",
                                Argument.DATABASE,
                                actions::reconnect,
                                "replaces backends as their transactions end"),
                        new Command(
                                "RELOAD",
                                Argument.NONE,
                                ADMIN,
                                ELSEWHERE,
                                Actions.RELOAD,
                                actions::reload,
                                "reads the configuration again and tells what changed"),
                        act(
                                "DRAIN",
                                Argument.SECONDS,
                                actions::drain,
                                "accepts no client any more and lets those there end"),
                        act("SHUTDOWN", Argument.NONE, actions::shutdown, "ends all sessions now"),
                        act("OFF", Argument.REASON, actions::off, "originals only, everywhere"),
                        act("ON", Argument.NONE, actions::on, "ends OFF"));
    }

    private static Command look(
            String words, List<Column> columns, Command.Handler handler, String help) {
        return look(words, Argument.NONE, columns, handler, help);
    }

    private static Command look(
            String words,
            Argument argument,
            List<Column> columns,
            Command.Handler handler,
            String help) {
        return new Command(words, argument, STATS, ELSEWHERE, columns, handler, help);
    }

    private static Command act(
            String words, Argument argument, Command.Handler handler, String help) {
        return new Command(words, argument, ADMIN, ELSEWHERE, List.of(), handler, help);
    }

    List<Command> table() {
        return table;
    }

    /**
     * The plan of a command; empty if the text is none of the table's.
     *
     * @throws Refusal if the role does not suffice or the argument is wrong
     */
    Optional<Plan> plan(String user, Role role, List<Token> tokens) {
        for (Command command : table) {
            int words = command.matches(tokens);
            if (words > 0) {
                if (!role.covers(command.role())) {
                    throw new Refusal("42501", command.words() + " is for the console's admins");
                }
                return Optional.of(command.plan(user, tokens.subList(words, tokens.size())));
            }
        }
        return Optional.empty();
    }

    private Outcome help(Call call) {
        return Outcome.rows(
                table.stream()
                        .map(
                                command ->
                                        Outcome.row(
                                                command.usage(),
                                                command.role().name(),
                                                command.help()))
                        .toList());
    }
}
