package io.quern.advisor.twin;

/** Of the oldest version. */
class Twin15IT extends TwinContract {
    Twin15IT() {
        super(15);
    }
}
