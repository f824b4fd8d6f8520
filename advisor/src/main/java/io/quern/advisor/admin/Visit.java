package io.quern.advisor.admin;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;

/**
 * One request on its way to its handler.
 *
 * @param entry who asks
 * @param address where from
 * @param captured what the variable segment of the path stands for
 * @param query the parameters in the URL
 */
record Visit(
        AggregatedHttpRequest request,
        Entry entry,
        String address,
        String captured,
        QueryParams query) {

    RequestHeaders headers() {
        return request.headers();
    }

    /** The fields of a submitted form; none if the body is something else. */
    QueryParams form() {
        MediaType type = request.contentType();
        return type != null && type.is(MediaType.FORM_DATA)
                ? QueryParams.fromQueryString(request.contentUtf8())
                : QueryParams.of();
    }

    /** A field of the form without the white space around it; empty if absent. */
    String field(String name) {
        return form().get(name, "").strip();
    }

    /** Whether a script of the page asks for fresh content, rather than a person for a page. */
    boolean isRefresh() {
        return headers().contains("hx-request");
    }

    /**
     * The captured segment as a suggestion's id.
     *
     * @throws Missing if it is not a number
     */
    long id() {
        try {
            return Long.parseLong(captured);
        } catch (NumberFormatException e) {
            throw new Missing("There is no suggestion " + captured + ".");
        }
    }

    /** What the path names does not exist. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /** The request itself is wrong; the message says how. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }
}
