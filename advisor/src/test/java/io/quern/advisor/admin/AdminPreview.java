package io.quern.advisor.admin;

import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;

import java.time.Clock;
import java.time.Duration;

/** Serves the page over made-up data, to look at it: {@code AdminPreview [PORT]}. */
final class AdminPreview {
    private AdminPreview() {}

    public static void main(String[] args) throws Exception {
        int port = args.length == 0 ? 8432 : Integer.parseInt(args[0]);
        Clock clock =
                Clock.offset(
                        Clock.systemUTC(),
                        Duration.between(Clock.systemUTC().instant(), Samples.NOW));
        var desk = new FakeDesk(clock);
        fill(desk);
        var empty = new FakeDesk(clock);
        String password = AdminServer.generatePassword();
        new AdminServer(AdminServer.Settings.local(port, password), desk, clock).start();
        new AdminServer(AdminServer.Settings.local(port + 1, password), empty, clock).start();
        System.out.println(password);
        grow(desk);
    }

    private static void fill(FakeDesk desk) {
        desk.declined = Samples.DECLINED;
        desk.add(Samples.dateRange(9, State.PROPOSED));
        desk.add(Samples.index(8, State.PROPOSED));
        Suggestion trial = Samples.notExists(7, State.TRIAL);
        desk.add(trial.with(trial.evidence().with(Samples.trial(57, 8340, 41.3))));
        Suggestion on = Samples.dateRange(5, State.ON);
        desk.add(on.with(on.evidence().with(Samples.trial(1841, 196.2, 0.84))));
        desk.add(Samples.index(4, State.APPROVED));
        Suggestion retired = Samples.notExists(3, State.RETIRED);
        desk.add(
                retired.with(retired.evidence().with(Samples.trial(312, 12.4, 14.9)))
                        .in(
                                State.RETIRED,
                                "Slower with 99 % certainty: ×0.83.",
                                Samples.NOW.minusSeconds(86_000)));
        desk.add(
                Samples.index(2, State.REJECTED)
                        .in(
                                State.REJECTED,
                                "The events table is dropped next week.",
                                Samples.NOW.minusSeconds(400_000)));
        desk.notices.add(
                "Quern may not read plans of table public.orders, so it cannot propose indexes for it."
                        + " Run: GRANT SELECT ON public.orders TO quern;");
        desk.templates.add(Samples.stats(Samples.NEVER_ORDERED, 1_841, 8340));
        desk.templates.add(Samples.stats(Samples.REVENUE, 41_260, 196.2));
        desk.templates.add(Samples.stats(Samples.RECENT_EVENTS, 188_902, 31.1));
        desk.templates.add(Samples.stats(Samples.BY_EMAIL, 64_220, 2.43));
        desk.templates.add(
                Samples.stats(
                        "UPDATE carts SET touched_at = now() WHERE id = ?", 2_310_442, 0.064));
        for (long id = 2; id <= 9; id++) {
            desk.log(
                    Samples.NOW.minusSeconds(900_000 / id),
                    "quern",
                    "propose",
                    id,
                    "Costs 41 % of all time.");
        }
        desk.log(Samples.NOW.minusSeconds(7200), "admin", "approve", 7, "");
        desk.log(
                Samples.NOW.minusSeconds(7190),
                "quern",
                "trial",
                7,
                "Half of the executions, chosen at random.");
    }

    /** Lets the trial of the sample grow as live traffic would. */
    private static void grow(FakeDesk desk) throws InterruptedException {
        long n = 57;
        while (true) {
            Thread.sleep(1000);
            n += 3;
            Suggestion trial = desk.suggestion(7).orElseThrow();
            if (trial.state() == State.TRIAL) {
                desk.add(trial.with(trial.evidence().with(Samples.trial(n, 8340.0 + n % 7, 41.3))));
            }
        }
    }
}
