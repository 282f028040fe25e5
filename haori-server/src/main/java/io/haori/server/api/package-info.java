/**
 * Routes that answer about and with modules: one class a group of routes. What all of them share is
 * in {@code request}; {@code watch} has those about answers that were given, {@code work} those
 * about data and jobs.
 */
@NullMarked
package io.haori.server.api;

import org.jspecify.annotations.NullMarked;
