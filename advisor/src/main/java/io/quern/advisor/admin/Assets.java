package io.quern.advisor.admin;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/**
 * The style sheet, the scripts and the icon, from the class path. Browsers keep them, but ask each
 * time whether they are still the same.
 */
final class Assets {
    private static final String HTMX =
            "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";

    private record Asset(MediaType type, HttpData content, String tag) {}

    private final Map<String, Asset> assets =
            Map.of(
                    "quern.css", load("quern.css", MediaType.CSS_UTF_8),
                    "quern.js", load("quern.js", MediaType.JAVASCRIPT_UTF_8),
                    "quern.svg", load("quern.svg", MediaType.SVG_UTF_8),
                    "htmx.js", load(HTMX, MediaType.JAVASCRIPT_UTF_8));

    AggregatedHttpResponse asset(Visit visit) {
        Asset asset = assets.get(visit.captured());
        if (asset == null) {
            throw new Visit.Missing("There is no such file.");
        }
        boolean known = asset.tag().equals(visit.headers().get(HttpHeaderNames.IF_NONE_MATCH));
        var headers =
                ResponseHeaders.builder(known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                        .contentType(asset.type())
                        .set(HttpHeaderNames.ETAG, asset.tag())
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                        .build();
        return known
                ? AggregatedHttpResponse.of(headers)
                : AggregatedHttpResponse.of(headers, asset.content());
    }

    private static Asset load(String resource, MediaType type) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + resource);
            }
            byte[] bytes = in.readAllBytes();
            String tag = String.format("\"%08x\"", Arrays.hashCode(bytes));
            return new Asset(type, HttpData.wrap(bytes), tag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
