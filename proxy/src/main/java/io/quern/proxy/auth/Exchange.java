package io.quern.proxy.auth;

import io.quern.proxy.wire.MessageWriter;

/**
 * The questions and answers of one method with one client: message in, message and outcome out. Not
 * thread-safe; may compute for long.
 */
sealed interface Exchange permits ScramExchange, Md5Exchange, ClearExchange {

    /** The longest answer it takes, in bytes. */
    int longestAnswer();

    /** Writes the first question. */
    void begin(MessageWriter out);

    /**
     * Takes the body of an answer.
     *
     * @param out takes the next question, or what belongs before the client's admission
     */
    Outcome received(byte[] body, MessageWriter out);

    /** Judges the answer that was wrong by another verifier, if what was asked allows that. */
    Outcome again(Verifier verifier);
}
