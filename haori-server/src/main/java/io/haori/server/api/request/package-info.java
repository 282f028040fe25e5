/**
 * What all routes share: {@link io.haori.server.api.request.Exchange} knows who asks, {@link
 * io.haori.server.api.request.RequestBody} reads what came, {@link
 * io.haori.server.api.request.Models} knows which version a name means to whom, {@link
 * io.haori.server.api.request.Admission} bounds what waits.
 */
@NullMarked
package io.haori.server.api.request;

import org.jspecify.annotations.NullMarked;
