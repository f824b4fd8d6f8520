/**
 * What Quern knows and decides, in values and in ports that the rooms (and the proxy) implement.
 */
@NullMarked
package io.quern.advisor;

import org.jspecify.annotations.NullMarked;
