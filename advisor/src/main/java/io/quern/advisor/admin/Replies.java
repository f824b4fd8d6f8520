package io.quern.advisor.admin;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;

/** How responses are made, and the headers that every one of them carries. */
final class Replies {
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private Replies() {}

    /** The response as it goes out: no framing, no sniffing, no referrer, no foreign content. */
    static HttpResponse guarded(AggregatedHttpResponse response) {
        var headers = response.headers().toBuilder();
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        headers.set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
        headers.set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY");
        headers.set(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
        headers.set("cross-origin-opener-policy", "same-origin");
        headers.set("cross-origin-resource-policy", "same-origin");
        if (!headers.contains(HttpHeaderNames.CACHE_CONTROL)) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        }
        return HttpResponse.of(headers.build(), response.content());
    }

    static AggregatedHttpResponse text(HttpStatus status, String line) {
        return AggregatedHttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, line + "\n");
    }

    static AggregatedHttpResponse html(HttpStatus status, String page) {
        return AggregatedHttpResponse.of(status, MediaType.HTML_UTF_8, page);
    }

    /** Sends the browser on with a GET, so that a reload does not repeat a change. */
    static AggregatedHttpResponse seeOther(String path) {
        return AggregatedHttpResponse.of(
                ResponseHeaders.of(HttpStatus.SEE_OTHER, HttpHeaderNames.LOCATION, path));
    }

    /** The same response with one more header. */
    static AggregatedHttpResponse with(
            AggregatedHttpResponse response, CharSequence name, String value) {
        HttpData content = response.content();
        return AggregatedHttpResponse.of(
                response.headers().toBuilder().add(name, value).build(), content);
    }
}
