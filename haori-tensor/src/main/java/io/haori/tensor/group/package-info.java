/**
 * Numbers that several processes or threads have parts of, and of which all of them want the sum:
 * {@link io.haori.tensor.group.ReduceGroup} is what each of them sees, {@link
 * io.haori.tensor.group.GlooGroup} joins processes, {@link io.haori.tensor.group.ThreadGroups}
 * threads of one process.
 */
@NullMarked
package io.haori.tensor.group;

import org.jspecify.annotations.NullMarked;
