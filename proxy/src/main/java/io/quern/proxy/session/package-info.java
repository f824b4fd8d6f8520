/** One client's conversation as a pure state machine: message events in, effects out. */
@NullMarked
package io.quern.proxy.session;

import org.jspecify.annotations.NullMarked;
