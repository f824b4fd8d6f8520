package io.quern.advisor.lab;

class Isolation15IT extends IsolationContract {
    Isolation15IT() {
        super(15);
    }
}
