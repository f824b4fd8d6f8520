package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

/** A query level that cannot be lifted; why, for a person. */
final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    Unfit(String code, String reason) {
        super(reason, null, false, false);
        this.code = requireNonNull(code, "code");
    }

    String code() {
        return code;
    }

    String reason() {
        return requireNonNull(getMessage());
    }
}
