package io.quern.advisor.admin;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands around every page.
 *
 * @param title the page's title
 * @param active the navigation entry that leads here; empty if none does
 * @param csrf the session's token; empty for someone who has not logged in and sees no navigation
 * @param killed whether only originals run
 * @param problem why what was asked for did not happen; empty if nothing went wrong
 */
record Shell(
        String title,
        String active,
        String csrf,
        boolean killed,
        List<Notice> notices,
        String problem) {

    /**
     * A notice with the statement an operator may want to copy.
     *
     * @param code empty if there is none
     */
    record Notice(String before, String code, String after) {
        private static final Pattern STATEMENT =
                Pattern.compile("\\b(?:GRANT|ALTER|CREATE)\\b[^;]*(?:;|$)");

        /** Splits a line around the first GRANT, ALTER or CREATE statement in it. */
        static Notice of(String line) {
            Matcher statement = STATEMENT.matcher(line);
            return statement.find()
                    ? new Notice(
                            line.substring(0, statement.start()).strip(),
                            statement.group().strip(),
                            line.substring(statement.end()).strip())
                    : new Notice(line, "", "");
        }
    }

    /** A moment as the page shows it. */
    record When(String iso, String stamp, String ago) {
        static When of(Instant instant, Instant now) {
            return new When(instant.toString(), Amounts.stamp(instant), Amounts.ago(instant, now));
        }
    }
}
