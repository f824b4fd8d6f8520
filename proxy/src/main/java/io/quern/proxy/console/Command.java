package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.console.Plan.Pace;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One row of the table of commands.
 *
 * @param words what it begins with, in upper case, parted by blanks
 * @param argument what may follow
 * @param role who may use it, checked before the handler runs
 * @param columns of its rows; none if it only acts
 * @param help one line
 */
record Command(
        String words,
        Argument argument,
        Role role,
        Pace pace,
        List<Column> columns,
        Handler handler,
        String help) {

    /** Does what a command asks for; on a worker's thread. */
    interface Handler {
        /**
         * Acts or looks.
         *
         * @throws Refusal if it cannot be done
         * @throws InterruptedException if the client took a waiting command back
         */
        Outcome run(Call call) throws InterruptedException;
    }

    /**
     * A command given.
     *
     * @param user who gives it
     * @param argument empty if there is none
     */
    record Call(String user, String argument) {
        Call {
            requireNonNull(user, "user");
            requireNonNull(argument, "argument");
        }

        /** The argument as a number, which its row demands. */
        long number(long otherwise) {
            return argument.isEmpty() ? otherwise : Long.parseLong(argument);
        }
    }

    /** What may follow a command's words. */
    enum Argument {
        NONE(""),
        ID(" id"),
        DATABASE(" [database]"),
        REASON(" ['reason']"),
        LIMIT(" [rows]"),
        SECONDS(" [seconds]");

        private final String usage;

        Argument(String usage) {
            this.usage = usage;
        }

        private boolean number() {
            return this == ID || this == LIMIT || this == SECONDS;
        }

        private int oid() {
            return (number() ? ColumnType.INT8 : ColumnType.TEXT).oid();
        }

        private boolean takes(Token token) {
            return switch (token.kind()) {
                case WORD, NAME, STRING -> !number();
                case NUMBER -> this != NONE;
                case PARAMETER -> token.text().equals("1");
                case SYMBOL -> false;
            };
        }
    }

    private static final int MAX_DIGITS = 15;

    Command {
        requireNonNull(words, "words");
        columns = List.copyOf(columns);
        requireNonNull(help, "help");
    }

    /** How it is written. */
    String usage() {
        return words + argument.usage;
    }

    /** How many tokens its words take at the beginning of a text; 0 if the text is another's. */
    int matches(List<Token> tokens) {
        String[] wanted = words.split(" ", -1);
        if (tokens.size() < wanted.length) {
            return 0;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!tokens.get(i).is(wanted[i])) {
                return 0;
            }
        }
        return wanted.length;
    }

    /**
     * The plan of a call.
     *
     * @param rest the tokens behind the words
     * @throws Refusal if they are not the argument
     */
    Plan plan(String user, List<Token> rest) {
        if (rest.size() > 1
                || (argument == Argument.NONE && !rest.isEmpty())
                || (argument == Argument.ID && rest.isEmpty())
                || (!rest.isEmpty() && !argument.takes(rest.getFirst()))) {
            throw wrong();
        }
        String tag = columns.isEmpty() ? words : "SHOW";
        if (!rest.isEmpty() && rest.getFirst().kind() == Token.Kind.PARAMETER) {
            return new Plan(
                    columns,
                    tag,
                    List.of(argument.oid()),
                    pace,
                    values -> handler.run(new Call(user, checked(values.getFirst()))));
        }
        Call call = new Call(user, rest.isEmpty() ? "" : checked(rest.getFirst().text()));
        return new Plan(columns, tag, List.of(), pace, values -> handler.run(call));
    }

    private String checked(@Nullable String value) {
        if (value == null) {
            throw new Refusal("22004", words + " takes no null");
        }
        if (argument.number() && (value.length() > MAX_DIGITS || !value.matches("[0-9]+"))) {
            throw wrong();
        }
        return value;
    }

    private Refusal wrong() {
        return new Refusal("42601", "usage: " + usage(), Refusal.HINT);
    }
}
