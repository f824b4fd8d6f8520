package io.quern.advisor;

/**
 * The switch through which a suggestion acts on live statements. One instance per suggestion is
 * shared between the lifecycle, which turns it, and the gate, which reads it at every execution
 * with a single volatile read: off is off at the next message.
 */
public final class Flag {
    private final long suggestion;
    private volatile double share;

    /**
     * @param suggestion the suggestion's id, positive
     */
    public Flag(long suggestion) {
        if (suggestion <= 0) {
            throw new IllegalArgumentException("suggestion is not positive: " + suggestion);
        }
        this.suggestion = suggestion;
    }

    /** The id of the suggestion this flag belongs to. */
    public long suggestion() {
        return suggestion;
    }

    /**
     * The fraction of executions that get the treatment, from 0 (off) to 1; the rest is control.
     */
    public double share() {
        return share;
    }

    /** Turns the flag; acts on the next message. */
    public void set(double newShare) {
        if (!(newShare >= 0 && newShare <= 1)) {
            throw new IllegalArgumentException("share is not between 0 and 1: " + newShare);
        }
        share = newShare;
    }
}
