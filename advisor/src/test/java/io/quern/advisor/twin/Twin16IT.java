package io.quern.advisor.twin;

/** Of 16, with {@code -Ppostgres-16}. */
class Twin16IT extends TwinContract {
    Twin16IT() {
        super(16);
    }
}
