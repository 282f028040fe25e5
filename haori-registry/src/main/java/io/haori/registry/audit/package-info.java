/**
 * The log of every change and every refused attempt, each entry chained to the one before by its
 * digest: start at {@link io.haori.registry.audit.AuditLog}.
 */
@NullMarked
package io.haori.registry.audit;

import org.jspecify.annotations.NullMarked;
