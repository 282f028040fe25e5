/**
 * How anything is changed: role checked, rows written and log entry added in one transaction, and a
 * refusal logged in one of its own. Start at {@link io.haori.registry.ledger.Ledger}.
 */
@NullMarked
package io.haori.registry.ledger;

import org.jspecify.annotations.NullMarked;
