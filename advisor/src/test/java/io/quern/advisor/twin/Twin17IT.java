package io.quern.advisor.twin;

/** Of 17, with {@code -Ppostgres-17}. */
class Twin17IT extends TwinContract {
    Twin17IT() {
        super(17);
    }
}
