package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

/** One thing that Quern does on an idle backend for itself. */
sealed interface Errand permits Asking, Preparing, Closing, Applying, Restoring {

    /** Why an errand failed. */
    record Failure(String sqlState, String message) {}

    /** Writes its messages, all but the Sync. */
    void write(OwnGroup group);

    /** A row came. */
    default void row(byte[] bytes, int offset, int length) {}

    /** A row came that is too long to read. */
    default void rowTooLong() {}

    /** Part of the answer to Describe came; null bytes: more than can be compared. */
    default void described(byte type, byte @Nullable [] bytes, int offset, int length) {}

    /**
     * The Sync is answered.
     *
     * @param failure null if all went well
     * @param completed messages answered before the failure
     */
    void over(@Nullable Failure failure, int completed);
}
