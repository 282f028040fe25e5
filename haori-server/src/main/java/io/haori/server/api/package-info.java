/**
 * What is asked over HTTP and how it is answered: one class a group of routes, {@link
 * io.haori.server.api.RequestBody} reads what came, {@link io.haori.server.api.Models} knows which
 * version a name means to whom.
 */
@NullMarked
package io.haori.server.api;

import org.jspecify.annotations.NullMarked;
