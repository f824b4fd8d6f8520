package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;

import io.quern.advisor.Desk;
import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;

/**
 * What a person does with the forms of the pages. An action that cannot be done shows its page
 * again, with the reason on top.
 */
final class Actions {
    private final Desk desk;
    private final Pages pages;

    Actions(Desk desk, Pages pages) {
        this.desk = requireNonNull(desk, "desk");
        this.pages = requireNonNull(pages, "pages");
    }

    AggregatedHttpResponse approve(Visit visit) {
        return act(visit, () -> desk.approve(visit.id(), visit.entry().actor()));
    }

    AggregatedHttpResponse reject(Visit visit) {
        return act(visit, () -> desk.reject(visit.id(), visit.entry().actor(), reason(visit)));
    }

    AggregatedHttpResponse switchOff(Visit visit) {
        return act(visit, () -> desk.switchOff(visit.id(), visit.entry().actor(), reason(visit)));
    }

    AggregatedHttpResponse kill(Visit visit) {
        String reason = visit.field("reason");
        desk.kill(visit.entry().actor(), reason.isEmpty() ? Api.NO_REASON : reason);
        return Replies.seeOther("/");
    }

    AggregatedHttpResponse revive(Visit visit) {
        desk.revive(visit.entry().actor());
        return Replies.seeOther("/");
    }

    private AggregatedHttpResponse act(Visit visit, Runnable action) {
        if (desk.suggestion(visit.id()).isEmpty()) {
            throw new Visit.Missing("There is no suggestion " + visit.id() + ".");
        }
        try {
            action.run();
            return Replies.seeOther("/suggestions/" + visit.id());
        } catch (Refused e) {
            return pages.suggestion(visit, HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        } catch (StoreUnavailable e) {
            return pages.suggestion(
                    visit, HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (Visit.Malformed e) {
            return pages.suggestion(visit, HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static String reason(Visit visit) {
        String reason = visit.field("reason");
        if (reason.isEmpty()) {
            throw new Visit.Malformed("Please give a reason; Quern keeps it in the audit log.");
        }
        return reason;
    }
}
