/**
 * The PostgreSQL lexer, normalisation, fingerprints and literal slots: bytes in, no garbage out.
 */
@NullMarked
package io.quern.optimizer.lex;

import org.jspecify.annotations.NullMarked;
