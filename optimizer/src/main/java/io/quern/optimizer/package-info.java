/**
 * The vocabulary every module speaks: fingerprints, templates, catalogs, edits and variants. JDK
 * types only; everything here is an immutable value, safe to share between threads.
 */
@NullMarked
package io.quern.optimizer;

import org.jspecify.annotations.NullMarked;
