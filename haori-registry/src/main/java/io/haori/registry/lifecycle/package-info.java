/**
 * The life of a version from draft to retired: evaluations, the rules that approval asks for, and
 * what is live where. Start at {@link io.haori.registry.lifecycle.LifeCycle}.
 */
@NullMarked
package io.haori.registry.lifecycle;

import org.jspecify.annotations.NullMarked;
