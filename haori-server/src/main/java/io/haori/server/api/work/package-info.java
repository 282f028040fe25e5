/**
 * Routes about data and jobs: {@link io.haori.server.api.work.DataRoutes} keeps uploads, {@link
 * io.haori.server.api.work.JobRoutes} starts and stops jobs, {@link
 * io.haori.server.api.work.JobEvents} sends how they go.
 */
@NullMarked
package io.haori.server.api.work;

import org.jspecify.annotations.NullMarked;
