package io.quern.proxy.session;

import org.jspecify.annotations.Nullable;

/** Asks for what the session runs under, and for what it keeps. */
final class Asking implements Errand {
    private final State state;
    private final Question question;
    private final long doubts;
    private boolean incomplete;

    Asking(State state, Question question) {
        this.state = state;
        this.question = question;
        this.doubts = state.settings.doubts();
    }

    /** Whether its answer will still be worth something. */
    boolean current() {
        return state.settings.doubts() == doubts;
    }

    /** Whether it asks for what is left in the session. */
    boolean ofTraces() {
        return question.whole();
    }

    @Override
    public void write(OwnGroup group) {
        group.run(question.first());
        byte[] second = question.second();
        if (second != null) {
            group.run(second);
        }
    }

    @Override
    public void row(byte[] bytes, int offset, int length) {
        question.row(bytes, offset, length);
    }

    @Override
    public void rowTooLong() {
        incomplete = true;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    public void over(@Nullable Failure failure, int completed) {
        Answer answer =
                failure == null
                        ? question.answer(state.settings.user(), state.backend.profile)
                        : null;
        if (answer == null) {
            state.settings.unanswered();
            state.mishaps.count(
                    Mishaps.Kind.ASK,
                    failure == null ? "no row" : "SQLSTATE " + failure.sqlState());
            if (question.whole()) {
                state.stay.forGood("its settings cannot be read");
            }
            return;
        }
        if (question.whole()) {
            state.backend.profile = answer.profile();
            state.profile = state.stay.profile(answer.profile());
            if (incomplete) {
                state.stay.forGood("a setting too long to carry");
            }
            boolean garbled = question.foreign() && !state.settings.utf8();
            state.stay.because(garbled ? "settings in another encoding" : answer.keeps());
            if (state.profile == state.backend.profile) {
                state.tellParameters();
            }
        }
        if (current()) {
            state.backend.answer = answer;
            state.settings.answered(answer);
        }
    }
}
