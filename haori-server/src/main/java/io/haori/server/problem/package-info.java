/**
 * How a request that cannot be answered is worded: {@link io.haori.server.problem.Refused} carries
 * the status, {@link io.haori.server.problem.Problem} is the body of RFC 9457.
 */
@NullMarked
package io.haori.server.problem;

import org.jspecify.annotations.NullMarked;
