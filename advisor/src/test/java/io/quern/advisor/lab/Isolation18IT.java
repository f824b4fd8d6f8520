package io.quern.advisor.lab;

class Isolation18IT extends IsolationContract {
    Isolation18IT() {
        super(18);
    }
}
