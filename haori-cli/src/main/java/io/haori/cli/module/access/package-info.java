/** {@code haori module grant, revoke, roles, token}: who may do what in a registry. */
@NullMarked
package io.haori.cli.module.access;

import org.jspecify.annotations.NullMarked;
