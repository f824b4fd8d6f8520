package io.quern.advisor.suggest;

/** The lab could not try to refute a rewrite now; the template is examined again later. */
final class LabUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    LabUnavailable(String reason) {
        super(reason);
    }
}
