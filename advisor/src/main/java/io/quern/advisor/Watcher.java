package io.quern.advisor;

/**
 * Where the proxy hands what it saw. Both methods are called on event loops: they never block and
 * never throw; a full buffer drops and counts.
 */
public interface Watcher {

    /** Takes one finished execution; false if it was dropped. */
    boolean executed(Execution execution);

    /** Takes a statement seen for the first time; false if it was dropped. */
    boolean sighted(Sighting sighting);

    /** A watcher that sees nothing. */
    Watcher BLIND =
            new Watcher() {
                @Override
                public boolean executed(Execution execution) {
                    return false;
                }

                @Override
                public boolean sighted(Sighting sighting) {
                    return false;
                }
            };
}
