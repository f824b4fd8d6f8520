package io.quern.advisor.twin;

/** Of the newest version. */
class Twin18IT extends TwinContract {
    Twin18IT() {
        super(18);
    }
}
